#define _GNU_SOURCE
#include "CCurl.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

int tarn_curl_address(const struct curl_sockaddr *address, uint8_t bytes[16], uint16_t *port) {
    // The structure's last field is the head of a larger one, as long as addrlen says.
    if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in in;
        memcpy(&in, &address->addr, sizeof in);
        memcpy(bytes, &in.sin_addr, 4);
        *port = ntohs(in.sin_port);
        return 4;
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 in;
        memcpy(&in, (const char *)address + offsetof(struct curl_sockaddr, addr), sizeof in);
        memcpy(bytes, &in.sin6_addr, 16);
        *port = ntohs(in.sin6_port);
        return 16;
    }
    return 0;
}

curl_socket_t tarn_curl_open_socket(const struct curl_sockaddr *address) {
    int descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    return descriptor < 0 ? CURL_SOCKET_BAD : descriptor;
}
