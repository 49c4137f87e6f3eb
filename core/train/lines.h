/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text files that are read line by line. */
#pragma once

#include <glib.h>

/* Set @error (DATA) to what is wrong with a line, counted from 1; always FALSE.
 */
gboolean _rnn_line_refuse (const char *path, gsize line, const char *what,
                           GError **error);
