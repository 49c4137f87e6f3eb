/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Work for which memory is refused, at each place in turn where its size comes
 * from data. GLib's own small blocks are not among them: GLib ends the process
 * where there is not even memory for those. */
#pragma once

#include <glib.h>

/* TRUE: all went well; FALSE: with an error, or with none where the call has
 * none to give. */
typedef gboolean (*RefuseWork) (gpointer data, GError **error);

/* Refuse the first allocation of @work, then the second, … until it asks for
 * none more; each time it fails with NO_MEMORY, or does without. How many were
 * refused. */
gsize refuse_each_allocation (RefuseWork work, gpointer data);
