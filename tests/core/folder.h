/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder of a test's own, for the files that it makes. */
#pragma once

#include <glib.h>

/* A new one. (transfer full): test_folder_end(). */
char *test_folder_new (void);
/* How many files and folders are in it. */
gsize test_folder_count (const char *folder);
/* Free its name, and remove it with all in it when @code is 0: what a failed
 * test wrote is left to look at. Returns: @code. */
int test_folder_end (char *folder, int code);
