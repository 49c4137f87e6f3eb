/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses, @handles and #tags: words with punctuation inside. */
#pragma once

#include <glib.h>

gsize _rnn_address_end (const char *text, gsize chunk, gsize at, gsize end,
                        gsize *n_plain);
