#ifndef TARN_CCURL_H
#define TARN_CCURL_H

// Swift cannot import variadic functions, so each type of option has a wrapper; the type checks of curl's macros are off
// because they see only the wrappers.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdint.h>

typedef size_t (*tarn_curl_transfer)(char *bytes, size_t size, size_t count, void *context);
typedef int (*tarn_curl_seek)(void *context, curl_off_t offset, int origin);
typedef int (*tarn_curl_socket)(CURL *easy, curl_socket_t descriptor, int what, void *context, void *per_socket);
typedef int (*tarn_curl_timer)(CURLM *multi, long milliseconds, void *context);
typedef int (*tarn_curl_close)(void *context, curl_socket_t descriptor);
typedef curl_socket_t (*tarn_curl_open)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode tarn_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode tarn_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode tarn_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode tarn_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode tarn_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode tarn_curl_set_transfer(CURL *easy, CURLoption option, tarn_curl_transfer value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode tarn_curl_set_seek(CURL *easy, tarn_curl_seek value) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, value);
}
static inline CURLcode tarn_curl_set_open(CURL *easy, tarn_curl_open value, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
    return code ? code : curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}
static inline CURLcode tarn_curl_set_close(CURL *easy, tarn_curl_close value, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, context);
    return code ? code : curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, value);
}
/// What CURLOPT_PRIVATE was set to.
static inline void *tarn_curl_private(CURL *easy) {
    char *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

static inline CURLMcode tarn_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode tarn_curl_multi_set_socket(CURLM *multi, tarn_curl_socket value, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    return code ? code : curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}
static inline CURLMcode tarn_curl_multi_set_timer(CURLM *multi, tarn_curl_timer value, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return code ? code : curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}

/// Whether a message says that a transfer is done; then its handle and result.
static inline int tarn_curl_message_done(const CURLMsg *message, CURL **easy, CURLcode *result) {
    if (message->msg != CURLMSG_DONE) return 0;
    *easy = message->easy_handle;
    *result = message->data.result;
    return 1;
}

/// The address of a connection about to be made, in network order: its length in bytes, 0 for neither IPv4 nor IPv6.
int tarn_curl_address(const struct curl_sockaddr *address, uint8_t bytes[16], uint16_t *port);
/// A socket for it, closed on exec.
curl_socket_t tarn_curl_open_socket(const struct curl_sockaddr *address);

#endif
