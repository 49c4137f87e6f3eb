/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <rnn/rnn-tags.h>

RnnEntity *
rnn_entities_find (const RnnTag *tags, gsize n_tags, gsize *n_entities)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (RnnEntity));

  for (gsize i = 0; i < n_tags;) {
    RnnEntity entity = { tags[i].entity, i, i + 1, tags[i].score };
    for (; entity.end_token < n_tags
           && rnn_tag_continues (tags[entity.end_token - 1],
                                 tags[entity.end_token]);
         entity.end_token++)
      entity.score += tags[entity.end_token].score;
    entity.score /= (float) (entity.end_token - entity.first_token);
    if (entity.entity)
      g_array_append_val (found, entity);
    i = entity.end_token;
  }
  *n_entities = found->len;
  return (RnnEntity *) g_array_free (found, FALSE);
}
