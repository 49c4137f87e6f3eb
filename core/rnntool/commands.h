/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands of rnntool. Each gets its own arguments, its name first, and
 * returns the exit code: 0 done, 1 failed, 2 wrong usage. */
#pragma once

#include <glib.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

int command_train (int argc, char **argv);
int command_eval (int argc, char **argv);
int command_info (int argc, char **argv);
int command_bench (int argc, char **argv);
int command_plot (int argc, char **argv);
int command_quantize (int argc, char **argv);
int command_tag (int argc, char **argv);

/* Parse @argv by @entries; FALSE: wrong usage, and one line on stderr says so.
 * @argc: what is left, @max at most besides the name. */
gboolean command_parse (const char *name, const char *arguments,
                        const char *summary, const GOptionEntry *entries,
                        int *argc, char ***argv, int max);
/* Say what went wrong on one line; returns EXIT_FAILED. */
int command_fail (GError *error);
/* Say what is wrong with the usage; returns EXIT_USAGE. */
int command_misuse (const char *name, const char *what);
/* Flush stdout; a reader that went away or a full disk is a failure. */
int command_finish (void);
/* Begin this program again, with @argv, where OpenBLAS might choose a code by
 * the processor: the same file comes of the same training on any. Returns where
 * it need not, or cannot. */
void command_same_blas (char **argv);
