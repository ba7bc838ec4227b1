// Written by make.py.
#include "CSampleData.h"
#include <stddef.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file_0[] = {
#embed "files/README.md"
};
static const unsigned char file_1[] = {
#embed "files/data/extremes.json"
};
static const unsigned char file_2[] = {
#embed "files/data/stations.csv"
};
static const unsigned char file_3[] = {
#embed "files/images/baikal.png"
};
static const unsigned char file_4[] = {
#embed "files/images/constance.png"
};
static const unsigned char file_5[] = {
#embed "files/images/loch-ness.png"
};
static const unsigned char file_6[] = {
#embed "files/images/malawi.png"
};
static const unsigned char file_7[] = {
#embed "files/images/map.svg"
};
static const unsigned char file_8[] = {
#embed "files/images/tahoe.png"
};
static const unsigned char file_9[] = {
#embed "files/images/temperature.svg"
};
static const unsigned char file_10[] = {
#embed "files/images/titicaca.png"
};
static const unsigned char file_11[] = {
#embed "files/lakes.parquet"
};
static const unsigned char file_12[] = {
#embed "files/measurements/year=2025/month=01/part-0.parquet"
};
static const unsigned char file_13[] = {
#embed "files/measurements/year=2025/month=02/part-0.parquet"
};
static const unsigned char file_14[] = {
#embed "files/measurements/year=2025/month=03/part-0.parquet"
};
static const unsigned char file_15[] = {
#embed "files/measurements/year=2025/month=04/part-0.parquet"
};
static const unsigned char file_16[] = {
#embed "files/measurements/year=2025/month=05/part-0.parquet"
};
static const unsigned char file_17[] = {
#embed "files/measurements/year=2025/month=06/part-0.parquet"
};
static const unsigned char file_18[] = {
#embed "files/measurements/year=2025/month=07/part-0.parquet"
};
static const unsigned char file_19[] = {
#embed "files/measurements/year=2025/month=08/part-0.parquet"
};
static const unsigned char file_20[] = {
#embed "files/measurements/year=2025/month=09/part-0.parquet"
};
static const unsigned char file_21[] = {
#embed "files/measurements/year=2025/month=10/part-0.parquet"
};
static const unsigned char file_22[] = {
#embed "files/measurements/year=2025/month=11/part-0.parquet"
};
static const unsigned char file_23[] = {
#embed "files/measurements/year=2025/month=12/part-0.parquet"
};

static const struct sample_file files[] = {
    {"README.md", "text/markdown", file_0, sizeof file_0},
    {"data/extremes.json", "application/json", file_1, sizeof file_1},
    {"data/stations.csv", "text/csv", file_2, sizeof file_2},
    {"images/baikal.png", "image/png", file_3, sizeof file_3},
    {"images/constance.png", "image/png", file_4, sizeof file_4},
    {"images/loch-ness.png", "image/png", file_5, sizeof file_5},
    {"images/malawi.png", "image/png", file_6, sizeof file_6},
    {"images/map.svg", "image/svg+xml", file_7, sizeof file_7},
    {"images/tahoe.png", "image/png", file_8, sizeof file_8},
    {"images/temperature.svg", "image/svg+xml", file_9, sizeof file_9},
    {"images/titicaca.png", "image/png", file_10, sizeof file_10},
    {"lakes.parquet", "application/vnd.apache.parquet", file_11, sizeof file_11},
    {"measurements/year=2025/month=01/part-0.parquet", "application/vnd.apache.parquet", file_12, sizeof file_12},
    {"measurements/year=2025/month=02/part-0.parquet", "application/vnd.apache.parquet", file_13, sizeof file_13},
    {"measurements/year=2025/month=03/part-0.parquet", "application/vnd.apache.parquet", file_14, sizeof file_14},
    {"measurements/year=2025/month=04/part-0.parquet", "application/vnd.apache.parquet", file_15, sizeof file_15},
    {"measurements/year=2025/month=05/part-0.parquet", "application/vnd.apache.parquet", file_16, sizeof file_16},
    {"measurements/year=2025/month=06/part-0.parquet", "application/vnd.apache.parquet", file_17, sizeof file_17},
    {"measurements/year=2025/month=07/part-0.parquet", "application/vnd.apache.parquet", file_18, sizeof file_18},
    {"measurements/year=2025/month=08/part-0.parquet", "application/vnd.apache.parquet", file_19, sizeof file_19},
    {"measurements/year=2025/month=09/part-0.parquet", "application/vnd.apache.parquet", file_20, sizeof file_20},
    {"measurements/year=2025/month=10/part-0.parquet", "application/vnd.apache.parquet", file_21, sizeof file_21},
    {"measurements/year=2025/month=11/part-0.parquet", "application/vnd.apache.parquet", file_22, sizeof file_22},
    {"measurements/year=2025/month=12/part-0.parquet", "application/vnd.apache.parquet", file_23, sizeof file_23},
};

const struct sample_file *sample_file(size_t number) {
    return number < sizeof files / sizeof *files ? &files[number] : NULL;
}
