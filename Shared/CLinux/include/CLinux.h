#ifndef TARN_CLINUX_H
#define TARN_CLINUX_H
#endif
