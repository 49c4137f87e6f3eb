/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A locale that writes 0,5: made here, since the machine may have none. */
#pragma once

#include <glib.h>

/* Make it the process's locale; FALSE: there is no localedef. */
gboolean test_set_comma_locale (void);
