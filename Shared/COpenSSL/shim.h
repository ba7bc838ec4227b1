/* The low-level digests are deprecated in favour of EVP, which allocates a context per digest; ours are plain values. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/params.h>
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>

/* What OpenSSL gives as macros. */

static inline int tarn_ssl_ctx_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version) == 1;
}

/* Buffers of idle connections are given back. */
static inline void tarn_ssl_ctx_release_buffers(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

static inline void tarn_ssl_ctx_no_renegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
}

static inline void tarn_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

static inline void tarn_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
