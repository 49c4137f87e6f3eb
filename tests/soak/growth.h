/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a process that runs for long grows: its memory at even times, and the
 * line through it. */
#pragma once

#include <glib.h>

typedef struct _Growth Growth;

/* For measures @minutes apart. */
Growth *growth_new (double minutes);
void growth_free (Growth *growth);
/* Take a measure now. */
void growth_measure (Growth *growth);
/* The last measures, and how much more it is a minute: resident memory, and
 * what malloc has given out and not got back. The second does not change with
 * where blocks lie, so that it shows smaller leaks. (transfer full) */
char *growth_to_text (const Growth *growth);
