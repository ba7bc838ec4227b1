"""What looks for secrets finds them: otherwise that none is found would say nothing."""

import secrecy


def test_a_secret_in_a_log_or_a_refusal_is_found(tmp_path):
    watch = secrecy.Secrecy()
    watch.sent("Basic QUtJQTpUaGlzSXNUaGVTZWNyZXRPZkFLZXk=", b'{"password": "correct horse battery"}')
    watch.received("POST", "http://h/api", 201, b'{"access_key_id": "AKIA", "secret_access_key": "AnotherSecretOfAKey+/="}')
    log = tmp_path / "api.log"
    log.write_text('{"message":"fine"}\n')
    watch.received("GET", "http://h/api", 404, b'{"message":"no AKIA"}')
    assert watch.violations([log]) == []
    log.write_text('{"message":"fine"}\n{"secret":"AnotherSecretOfAKey+/="}\n')
    assert watch.violations([log]) == ["api.log:2 has a secret of 22 characters"]
    log.write_text("x=ThisIsTheSecretOfAKey&\n")
    watch.received("GET", "http://h/api", 400, b'{"message":"correct horse battery is wrong"}')
    assert watch.violations([log]) == [
        "GET http://h/api answered 400 with a secret of 21 characters", "api.log:1 has a secret of 21 characters"]
