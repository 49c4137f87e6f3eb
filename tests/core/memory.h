/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory of the process. */
#pragma once

#include <glib.h>

/* The most memory that this process had resident, and what it has now, from
 * /proc/self/status ("VmHWM", "VmRSS"), in bytes. */
gsize test_memory (const char *field);
