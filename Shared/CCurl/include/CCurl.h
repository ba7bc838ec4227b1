#ifndef TARN_CCURL_H
#define TARN_CCURL_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#endif
