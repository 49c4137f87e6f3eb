/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <rnn/rnn-tags.h>

#include <string.h>

/* Light colours, since captions mostly stand on dark: persons, organisations
 * and places have their own, any other label one of the rest, always the same.
 */
static const char *
colour_of (const char *entity)
{
  static const struct {
    const char *entity, *colour;
  } colours[] = { { "PER", "#ffd75f" },
                  { "ORG", "#87d7ff" },
                  { "LOC", "#afff87" } };
  static const char *const others[] = { "#ffafff", "#ffaf87", "#d7afff",
                                        "#87ffd7", "#ff8787" };

  for (gsize i = 0; i < G_N_ELEMENTS (colours); i++)
    if (strcmp (entity, colours[i].entity) == 0)
      return colours[i].colour;
  return others[g_str_hash (entity) % G_N_ELEMENTS (others)];
}

#define PALE 55     /* percent of opacity: a hypothesis */
#define FAINTEST 40 /* percent: still to be read, whatever the score */

/* How strong an entity stands: its score as opacity, in percent. */
static guint
opacity_of (const RnnTaggedText *tagged, float score)
{
  guint percent =
      score > 0.0f ? (guint) (MIN (score, 1.0f) * 100.0f + 0.5f) : 0;

  return MAX (tagged->interim ? percent * PALE / 100 : percent, FAINTEST);
}

/* Pango takes no control characters but tab and line ends, escaped or not. */
static void
append_escaped (GString *out, const char *text, gsize n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++) {
    guchar c = (guchar) text[i];
    if (c == '<')
      g_string_append (out, "&lt;");
    else if (c == '>')
      g_string_append (out, "&gt;");
    else if (c == '&')
      g_string_append (out, "&amp;");
    else if (c < 0x20 && c != '\n' && c != '\t' && c != '\r')
      g_string_append (out, "\xef\xbf\xbd");
    else
      g_string_append_c (out, (char) c);
  }
}

GString *
rnn_tagged_text_to_markup (const RnnTaggedText *tagged)
{
  GString *out = g_string_sized_new (tagged->n_bytes + 64);
  gsize done = 0;

  if (tagged->interim)
    g_string_append_printf (out, "<span alpha=\"%u%%\">", PALE);
  for (gsize i = 0; i < tagged->n_entities; i++) {
    const RnnEntity *entity = &tagged->entities[i];
    gsize start = tagged->tokens[entity->first_token].start;
    gsize end = tagged->tokens[entity->end_token - 1].end;

    append_escaped (out, tagged->text + done, start - done);
    g_string_append_printf (out, "<span foreground=\"%s\" alpha=\"%u%%\">",
                            colour_of (entity->entity),
                            opacity_of (tagged, entity->score));
    append_escaped (out, tagged->text + start, end - start);
    g_string_append (out, "</span>");
    done = end;
  }
  append_escaped (out, tagged->text + done, tagged->n_bytes - done);
  if (tagged->interim)
    g_string_append (out, "</span>");
  return out;
}
