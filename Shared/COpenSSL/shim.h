/* The low-level digests are deprecated in favour of EVP, which allocates a context per digest; ours are plain values. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

/* What OpenSSL gives as macros. */

static inline int tarn_ssl_ctx_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version) == 1;
}

/* Buffers of idle connections are given back. */
static inline void tarn_ssl_ctx_release_buffers(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

static inline void tarn_ssl_ctx_no_session_cache(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
}

static inline void tarn_ssl_ctx_no_renegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
}

static inline void tarn_ssl_set_server_name(SSL *session, const char *name) { SSL_set_tlsext_host_name(session, name); }

static inline void tarn_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

static inline void tarn_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

/* Public keys from their numbers; NULL for what is no key. */

static inline EVP_PKEY *tarn_public_key(const char *type, OSSL_PARAM *parameters) {
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (context && EVP_PKEY_fromdata_init(context) == 1)
        if (EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) key = NULL;
    EVP_PKEY_CTX_free(context);
    return key;
}

/* Both numbers are in the machine's order of bytes. */
static inline EVP_PKEY *tarn_rsa_public_key(
    unsigned char *modulus, size_t modulus_bytes, unsigned char *exponent, size_t exponent_bytes) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, modulus, modulus_bytes),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, exponent, exponent_bytes), OSSL_PARAM_construct_end()};
    return tarn_public_key("RSA", parameters);
}

/* The point is 0x04 and both coordinates. */
static inline EVP_PKEY *tarn_p256_public_key(unsigned char *point, size_t point_bytes) {
    char group[] = "prime256v1";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, point_bytes), OSSL_PARAM_construct_end()};
    return tarn_public_key("EC", parameters);
}
