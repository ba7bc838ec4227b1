// The files of a repository's sample data, as make.py made them, embedded in the program.
#pragma once

#include <stddef.h>

struct sample_file {
    /// Relative to the branch.
    const char *path;
    const char *content_type;
    const unsigned char *bytes;
    size_t count;
};

/// The files in the order of their paths, numbered from 0; NULL behind the last.
const struct sample_file *sample_file(size_t number);
