/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes that should be UTF-8. */
#pragma once

#include <glib.h>

#define RNN_UTF8_INVALID (-1)
#define RNN_UTF8_CUT (-2)

gint32 _rnn_utf8_decode (const guint8 *bytes, gsize n_bytes, gsize *n_used);
char *_rnn_utf8_clean (const guint8 *bytes, gsize n_bytes, gsize *n_clean);
