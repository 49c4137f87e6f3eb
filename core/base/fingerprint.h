/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tell files apart, fast; no defence against an attacker. */
#pragma once

#include <glib.h>

/* 64 hex digits and a NUL. */
#define RNN_FINGERPRINT_SIZE 65

void _rnn_fingerprint (const guint8 *bytes, gsize n_bytes, char *out);
