/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/bytes.h"
#include "base/checked.h"

#include <string.h>

#define LEAST_ROOM 64
/* More than this is given back as soon as nothing is in it. */
#define KEEP_ROOM ((gsize) 1 << 20)

static gboolean
grow (RnnBytes *bytes, gsize more)
{
  gsize need, room;
  char *data;

  if (!_rnn_add (bytes->n, more, &need) || need > G_MAXSSIZE / 2)
    return FALSE;
  if (need <= bytes->room)
    return TRUE;
  room = MAX (MAX (need, bytes->n + bytes->n / 2), LEAST_ROOM);
  data = g_try_realloc (bytes->data, room);
  if (!data)
    return FALSE;
  bytes->data = data;
  bytes->room = room;
  return TRUE;
}

/* Append @more, uint8[@n]; without memory for it, is_refused says so and the
 * rest is as it was. */
void
_rnn_bytes_append (RnnBytes *bytes, const void *more, gsize n)
{
  if (n == 0)
    return;
  if (!grow (bytes, n)) {
    bytes->is_refused = TRUE;
    return;
  }
  memcpy (bytes->data + bytes->n, more, n);
  bytes->n += n;
}

/* Take the first @n bytes away. */
void
_rnn_bytes_erase (RnnBytes *bytes, gsize n)
{
  bytes->n -= n;
  if (bytes->n > 0)
    memmove (bytes->data, bytes->data + n, bytes->n);
  else if (bytes->room > KEEP_ROOM)
    _rnn_bytes_clear (bytes);
}

/* Free the memory; what is left is empty. */
void
_rnn_bytes_clear (RnnBytes *bytes)
{
  g_free (bytes->data);
  *bytes = (RnnBytes){ NULL, 0, 0, FALSE };
}
