/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnnannotator-entities.h"

#include <math.h>

/* A network that never lets go of an entity must not fill the memory. */
#define MAX_TEXT ((gsize) 64 << 10)

struct _GstRnnEntities {
  gboolean is_open;
  char *label;
  char last_prefix; /* of the last token's tag */
  GString *text;    /* of the entity so far */
  GString *rest;    /* of the last buffer's text behind it */
  guint64 start;    /* code points, in the text of the buffer it began in */
  double score_sum;
  gsize n_tokens;
  GstClockTime pts;
  GstClockTime running_time;
  GstClockTime end_running_time;
  GValue words; /* GST_TYPE_ARRAY of GstStructure; unset: not asked for */
};

GstRnnEntities *
gst_rnn_entities_new (void)
{
  GstRnnEntities *self = g_new0 (GstRnnEntities, 1);

  self->text = g_string_new (NULL);
  self->rest = g_string_new (NULL);
  return self;
}

void
gst_rnn_entities_discard (GstRnnEntities *self)
{
  self->is_open = FALSE;
  g_clear_pointer (&self->label, g_free);
  g_string_truncate (self->text, 0);
  g_string_truncate (self->rest, 0);
  if (G_IS_VALUE (&self->words))
    g_value_unset (&self->words);
}

void
gst_rnn_entities_free (GstRnnEntities *self)
{
  gst_rnn_entities_discard (self);
  g_string_free (self->text, TRUE);
  g_string_free (self->rest, TRUE);
  g_free (self);
}

gboolean
gst_rnn_entities_are_open (const GstRnnEntities *self)
{
  return self->is_open;
}

gboolean
gst_rnn_entities_continue (const GstRnnEntities *self, RnnTag next)
{
  RnnTag last = { self->label, self->last_prefix, 0.0f };

  return self->is_open && self->text->len < MAX_TEXT
         && rnn_tag_continues (last, next);
}

/* Texts may hold NUL, and strings in structures may not. */
static void
append_text (GString *to, const char *text, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_string_append_c (to, text[i] ? text[i] : ' ');
}

static guint64
count_points (const char *text, gsize n)
{
  guint64 points = 0;

  for (gsize i = 0; i < n; i++)
    points += ((guchar) text[i] & 0xc0) != 0x80;
  return points;
}

static gboolean
is_written_without_spaces (gunichar c)
{
  return g_unichar_break_type (c) == G_UNICODE_BREAK_IDEOGRAPHIC;
}

/* Texts that are whole come without the white space between them, which many
 * languages write and Chinese and Japanese do not. */
static gboolean
wants_space (const GString *before, const char *after, gsize n)
{
  const char *last =
      g_utf8_find_prev_char (before->str, before->str + before->len);
  gunichar a, b;

  if (!last || n == 0)
    return FALSE;
  a = g_utf8_get_char (last);
  b = g_utf8_get_char (after);
  return !g_unichar_isspace (a) && !g_unichar_isspace (b)
         && !(is_written_without_spaces (a) && is_written_without_spaces (b));
}

static GstClockTime
running_time_of (const GstRnnEntityText *text, GstClockTime pts)
{
  const GstSegment *segment = text->segment;

  if (segment->format != GST_FORMAT_TIME || !GST_CLOCK_TIME_IS_VALID (pts))
    return GST_CLOCK_TIME_NONE;
  /* Played in reverse, time runs from a stop that there is none of. */
  if (segment->rate < 0 && !GST_CLOCK_TIME_IS_VALID (segment->stop))
    return GST_CLOCK_TIME_NONE;
  return gst_segment_to_running_time (segment, GST_FORMAT_TIME, pts);
}

static GstClockTime
pts_of (const GstRnnEntityText *text, gsize token)
{
  const RnnTaggedText *tagged = text->tagged;
  GstClockTime pts =
      tagged->token_pts ? tagged->token_pts[token] : GST_CLOCK_TIME_NONE;

  return GST_CLOCK_TIME_IS_VALID (pts) ? pts : tagged->pts;
}

static GstClockTime
end_of (const GstRnnEntityText *text, gsize token)
{
  const RnnTaggedText *tagged = text->tagged;

  if (text->ends && GST_CLOCK_TIME_IS_VALID (text->ends[token]))
    return text->ends[token];
  if (!GST_CLOCK_TIME_IS_VALID (tagged->pts)
      || !GST_CLOCK_TIME_IS_VALID (tagged->duration)
      || tagged->duration > GST_CLOCK_TIME_NONE - 1 - tagged->pts)
    return GST_CLOCK_TIME_NONE;
  return tagged->pts + tagged->duration;
}

static double
without_nan (double value)
{
  return isfinite (value) ? value : 0.0;
}

/* Add token @at to the words of the one that is open. */
static void
add_word (GstRnnEntities *self, const GstRnnEntityText *text, gsize at)
{
  const RnnTaggedText *tagged = text->tagged;
  RnnToken token = tagged->tokens[at];
  GstClockTime pts = pts_of (text, at);
  char *word = g_strndup (tagged->text + token.start, token.end - token.start);
  GValue value = G_VALUE_INIT;

  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (
      &value,
      gst_structure_new ("word", "text", G_TYPE_STRING, word, "score",
                         G_TYPE_DOUBLE, without_nan (tagged->tags[at].score),
                         "pts", G_TYPE_UINT64, pts, "running-time",
                         G_TYPE_UINT64, running_time_of (text, pts), NULL));
  gst_value_array_append_and_take_value (&self->words, &value);
  g_free (word);
}

/* Add tokens [first, end) of a text to the one that is open. */
static void
extend (GstRnnEntities *self, const GstRnnEntityText *text, gsize first,
        gsize end)
{
  const RnnTaggedText *tagged = text->tagged;
  gsize from = self->n_tokens > 0 ? 0 : tagged->tokens[first].start;
  gsize to = tagged->tokens[end - 1].end;

  g_string_append_len (self->text, self->rest->str, (gssize) self->rest->len);
  g_string_truncate (self->rest, 0);
  if (self->n_tokens > 0 && !text->follows
      && wants_space (self->text, tagged->text, tagged->n_bytes))
    g_string_append_c (self->text, ' ');
  append_text (self->text, tagged->text + from, to - from);
  append_text (self->rest, tagged->text + to, tagged->n_bytes - to);
  for (gsize i = first; i < end; i++) {
    self->score_sum += without_nan (tagged->tags[i].score);
    if (G_IS_VALUE (&self->words))
      add_word (self, text, i);
  }
  self->n_tokens += end - first;
  self->last_prefix = tagged->tags[end - 1].prefix;
  self->end_running_time = running_time_of (text, end_of (text, end - 1));
}

static void
open_entity (GstRnnEntities *self, const GstRnnEntityText *text,
             const RnnEntity *entity, gboolean with_words)
{
  const RnnTaggedText *tagged = text->tagged;

  self->is_open = TRUE;
  self->label = g_strdup (entity->entity);
  self->start =
      count_points (tagged->text, tagged->tokens[entity->first_token].start);
  self->score_sum = 0.0;
  self->n_tokens = 0;
  self->pts = pts_of (text, entity->first_token);
  self->running_time = running_time_of (text, self->pts);
  if (with_words)
    g_value_init (&self->words, GST_TYPE_ARRAY);
  extend (self, text, entity->first_token, entity->end_token);
}

void
gst_rnn_entities_close (GstRnnEntities *self, GQueue *closed)
{
  GstStructure *s;

  if (!self->is_open)
    return;
  s = gst_structure_new (
      "rnn-entity", "label", G_TYPE_STRING, self->label, "text", G_TYPE_STRING,
      self->text->str, "start", G_TYPE_UINT64, self->start, "end",
      G_TYPE_UINT64,
      self->start + count_points (self->text->str, self->text->len), "score",
      G_TYPE_DOUBLE, self->score_sum / (double) self->n_tokens, "pts",
      G_TYPE_UINT64, self->pts, "running-time", G_TYPE_UINT64,
      self->running_time, "end-running-time", G_TYPE_UINT64,
      self->end_running_time, NULL);
  if (G_IS_VALUE (&self->words))
    gst_structure_set_value (s, "words", &self->words);
  g_queue_push_tail (closed, s);
  gst_rnn_entities_discard (self);
}

/* Nothing that comes can continue what ends in this text. */
static gboolean
ends_for_good (const GstRnnEntities *self, const RnnTaggedText *tagged,
               gsize end_token)
{
  return end_token < tagged->n_tokens || self->last_prefix == 'E'
         || self->last_prefix == 'S'
         || (tagged->n_bytes > 0 && tagged->text[tagged->n_bytes - 1] == '\n');
}

void
gst_rnn_entities_add (GstRnnEntities *self, const GstRnnEntityText *text,
                      gboolean with_words, GQueue *closed)
{
  const RnnTaggedText *tagged = text->tagged;

  if (tagged->n_tokens > 0
      && !gst_rnn_entities_continue (self, tagged->tags[0]))
    gst_rnn_entities_close (self, closed);
  for (gsize i = 0; i < tagged->n_entities; i++) {
    const RnnEntity *entity = &tagged->entities[i];
    if (self->is_open)
      extend (self, text, entity->first_token, entity->end_token);
    else
      open_entity (self, text, entity, with_words);
    if (ends_for_good (self, tagged, entity->end_token))
      gst_rnn_entities_close (self, closed);
  }
}
