/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <rnn/rnn-tags.h>

#include <jansson.h>
#include <math.h>

/* JSON has no NaN and no Infinity. */
static json_t *
number (float value)
{
  return json_real (isfinite (value) ? (double) value : 0.0);
}

/* JSON's integers have a sign here: a time that they do not hold is none. */
static json_t *
time_or_null (guint64 time)
{
  return time > G_MAXINT64 ? json_null () : json_integer ((json_int_t) time);
}

/* Byte offsets of tokens rise: count code points from the last one on. */
typedef struct {
  const char *text;
  gsize byte;
  gsize point;
} Counter;

static json_int_t
count_to (Counter *counter, gsize byte)
{
  for (; counter->byte < byte; counter->byte++)
    counter->point += (counter->text[counter->byte] & 0xc0) != 0x80;
  return (json_int_t) counter->point;
}

static json_t *
describe_span (const RnnTaggedText *tagged, Counter *counter, const char *label,
               gsize start, gsize end, float score)
{
  json_t *item = json_object ();

  if (label)
    json_object_set_new (item, "label", json_string (label));
  else
    json_object_set_new (item, "label", json_null ());
  json_object_set_new (item, "text",
                       json_stringn (tagged->text + start, end - start));
  json_object_set_new (item, "start", json_integer (count_to (counter, start)));
  json_object_set_new (item, "end", json_integer (count_to (counter, end)));
  json_object_set_new (item, "score", number (score));
  return item;
}

static json_t *
describe_entities (const RnnTaggedText *tagged)
{
  json_t *list = json_array ();
  Counter counter = { tagged->text, 0, 0 };

  for (gsize i = 0; i < tagged->n_entities; i++) {
    const RnnEntity *entity = &tagged->entities[i];
    gsize first = entity->first_token;
    json_t *item = describe_span (
        tagged, &counter, entity->entity, tagged->tokens[first].start,
        tagged->tokens[entity->end_token - 1].end, entity->score);
    guint64 pts = tagged->token_pts ? tagged->token_pts[first] : tagged->pts;
    json_object_set_new (item, "pts", time_or_null (pts));
    if (first == 0 && tagged->continues)
      json_object_set_new (item, "continues", json_true ());
    json_array_append_new (list, item);
  }
  return list;
}

static json_t *
describe_tokens (const RnnTaggedText *tagged)
{
  json_t *list = json_array ();
  Counter counter = { tagged->text, 0, 0 };

  for (gsize i = 0; i < tagged->n_tokens; i++)
    json_array_append_new (
        list, describe_span (tagged, &counter, tagged->tags[i].entity,
                             tagged->tokens[i].start, tagged->tokens[i].end,
                             tagged->tags[i].score));
  return list;
}

/* Line separators end a line, and bidi controls hide what is there, in readers
 * that print JSON as it is: U+2028 to U+202E, U+2066 to U+2069. Outside of
 * strings JSON has none of them. */
static GString *
escape_controls (const char *json)
{
  GString *out = g_string_new (NULL);

  for (const char *p = json; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if ((c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
      g_string_append_printf (out, "\\u%04x", c);
    else
      g_string_append_len (out, p, g_utf8_next_char (p) - p);
  }
  return out;
}

GString *
rnn_tagged_text_to_json (const RnnTaggedText *tagged)
{
  json_t *object = json_object ();

  json_object_set_new (object, "pts", time_or_null (tagged->pts));
  json_object_set_new (object, "duration", time_or_null (tagged->duration));
  json_object_set_new (object, "text",
                       json_stringn (tagged->text, tagged->n_bytes));
  json_object_set_new (object, "entities", describe_entities (tagged));
  json_object_set_new (object, "tokens", describe_tokens (tagged));
  if (tagged->interim)
    json_object_set_new (object, "interim", json_true ());
  char *json = json_dumps (object, JSON_COMPACT | JSON_REAL_PRECISION (6));
  /* As GLib does where a small block is refused. */
  if (!json)
    g_error ("no memory to write a text of %" G_GSIZE_FORMAT " bytes as JSON",
             tagged->n_bytes);
  GString *out = escape_controls (json);
  g_string_append_c (out, '\n');
  free (json);
  json_decref (object);
  return out;
}
