/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <rnn/rnn-tags.h>

GString *
rnn_tagged_text_to_brackets (const RnnTaggedText *tagged)
{
  GString *out = g_string_sized_new (tagged->n_bytes + 16);
  gsize done = 0;

  for (gsize i = 0; i < tagged->n_entities; i++) {
    const RnnEntity *entity = &tagged->entities[i];
    gsize start = tagged->tokens[entity->first_token].start;
    gsize end = tagged->tokens[entity->end_token - 1].end;

    g_string_append_len (out, tagged->text + done, (gssize) (start - done));
    g_string_append_printf (out, "[%s ", entity->entity);
    g_string_append_len (out, tagged->text + start, (gssize) (end - start));
    g_string_append_c (out, ']');
    done = end;
  }
  g_string_append_len (out, tagged->text + done,
                       (gssize) (tagged->n_bytes - done));
  return out;
}
