/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Model files written by hand, and how loading them is refused. */
#pragma once

#include <glib.h>

#define METADATA "\"__metadata__\":{\"rnn.labels\":\"PER\"},"
#define TENSOR(name, shape, begin, end)                                        \
  "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape                           \
  ",\"data_offsets\":[" #begin "," #end "]}"
/* n_a = 2, n_x = 3, n_y = 1; 64 bytes of weights, then the words. */
#define Waa TENSOR ("Waa", "[2,2]", 0, 16) ","
#define Wax TENSOR ("Wax", "[2,3]", 16, 40) ","
#define Wya TENSOR ("Wya", "[1,2]", 40, 48) ","
#define ba TENSOR ("ba", "[2]", 48, 56) ","
#define by TENSOR ("by", "[1]", 56, 60)
#define WORDS(n, end)                                                          \
  ",\"vocab\":{\"dtype\":\"U8\",\"shape\":[" #n "],\"data_offsets\":[60," #end \
  "]}"
#define GOOD "{" METADATA Waa Wax Wya ba by WORDS (5, 65) "}"

/* The one file of a test program, and the folder that it is in. */
extern char *folder, *path;

void model_file_init (void);
void model_file_clear (void);
void write_bytes (const void *bytes, gsize n);
/* A file of @header, zero weights and @words. */
void write_model (const char *header, const char *words);
/* The file is refused, by one message with its name and @wanted in it. */
void assert_refused (const char *wanted);
