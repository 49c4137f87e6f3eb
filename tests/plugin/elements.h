/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The elements side by side, for what is true of each of them. */
#pragma once

#include "stream.h"

typedef struct {
  const char *name;
  const char *caps; /* that it takes */
  GstBuffer *(*new_buffer) (void);
} TestElement;

#define TEST_N_ELEMENTS 4

/* rnntokenizer, rnntagger, rnnannotator, rnntagbin; the buffers are about the
 * words "Harry Potter". */
extern const TestElement test_elements[TEST_N_ELEMENTS];

/* The words that models for these buffers know, and how many they are. */
#define TEST_WORDS "the\nHarry\nPotter\n<UNK>"
#define TEST_N_WORDS 4

/* A launch line of the element with @model, and what else is set. */
char *test_element_launch (const TestElement *element, const char *model,
                           const char *properties);
/* It, PLAYING, with its caps set. */
TestStream test_element_open (const TestElement *element, const char *model,
                              const char *properties) G_GNUC_WARN_UNUSED_RESULT;
