/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/normalize.h"

#include "base/quote.h"

#include <rnn/rnn-error.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* Parse @text (NULL: nothing to do), names with spaces between, into
 * @normalize. Error: MODEL for an unknown name or too many. */
gboolean
_rnn_normalize_parse (const char *text, RnnNormalize *normalize, GError **error)
{
  static const char *const names[] = { "nfc", "lowercase", "digits" };
  RnnNormalize result = { .n_ops = 0 };
  char **words = g_strsplit_set (text != NULL ? text : "", " \t\r\n", -1);
  gboolean ok = TRUE;
  for (gsize i = 0; ok && words[i] != NULL; i++) {
    gsize op = 0;
    if (words[i][0] == '\0')
      continue;
    while (op < G_N_ELEMENTS (names) && strcmp (names[op], words[i]) != 0)
      op++;
    ok = op < G_N_ELEMENTS (names) && result.n_ops < RNN_NORMALIZE_MAX;
    if (ok)
      result.ops[result.n_ops++] = (RnnNormalizeOp) op;
    else
      g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                   "rnn.normalize: expected at most %d of nfc, lowercase, "
                   "digits, got \"%s\"",
                   RNN_NORMALIZE_MAX, RNN_QUOTE (words[i]));
  }
  g_strfreev (words);
  if (ok)
    *normalize = result;
  return ok;
}

static gboolean
is_ascii (const char *word, gsize n_bytes)
{
  guint8 all = 0;
  for (gsize i = 0; i < n_bytes; i++)
    all |= (guint8) word[i];
  return all < 0x80;
}

static void
apply_ascii (const RnnNormalize *normalize, const char *word, gsize n_bytes,
             char *out)
{
  memcpy (out, word, n_bytes);
  for (gsize op = 0; op < normalize->n_ops; op++)
    for (gsize i = 0; i < n_bytes; i++)
      if (normalize->ops[op] == RNN_NORMALIZE_LOWERCASE)
        out[i] = g_ascii_tolower (out[i]);
      else if (normalize->ops[op] == RNN_NORMALIZE_DIGITS
               && g_ascii_isdigit (out[i]))
        out[i] = '0';
}

static gint32
zero_digits (UChar *text, gint32 n)
{
  gint32 out = 0;
  for (gint32 i = 0; i < n;) {
    UChar32 c;
    U16_NEXT (text, i, n, c);
    if (u_isdigit (c))
      text[out++] = '0';
    else
      U16_APPEND_UNSAFE (text, out, c);
  }
  return out;
}

/* One step from @from, @n units, to @to; the units it gave, or -1. */
static gint32
apply_op (RnnNormalizeOp op, UChar *from, gint32 n, UChar *to, gint32 n_to)
{
  UErrorCode status = U_ZERO_ERROR;
  if (op == RNN_NORMALIZE_DIGITS) {
    memcpy (to, from, (gsize) n * sizeof *to);
    return zero_digits (to, n);
  }
  if (op == RNN_NORMALIZE_LOWERCASE)
    n = u_strToLower (to, n_to, from, n, "", &status);
  else
    n = unorm2_normalize (unorm2_getNFCInstance (&status), from, n, to, n_to,
                          &status);
  return U_SUCCESS (status) ? n : -1;
}

static char *
apply_unicode (const RnnNormalize *normalize, const char *word, gsize n_bytes,
               gsize *n_out)
{
  UErrorCode status = U_ZERO_ERROR;
  /* NFC makes at most 3 units of one; lower case at most 3. */
  gint32 room = (gint32) n_bytes * 4 + 16, n = 0, n_utf8 = 0;
  UChar *a = g_try_new (UChar, room), *b = g_try_new (UChar, room);
  char *out = NULL;
  if (a != NULL && b != NULL)
    u_strFromUTF8WithSub (a, room, &n, word, (gint32) n_bytes, 0xfffd, NULL,
                          &status);
  for (gsize i = 0; a != NULL && b != NULL && i < normalize->n_ops; i++) {
    gint32 got = apply_op (normalize->ops[i], a, n, b, room);
    /* A word that outgrows its room stays as it is at that step. */
    if (got < 0)
      break;
    UChar *swap = a;
    a = b;
    b = swap;
    n = got;
  }
  if (a != NULL && b != NULL && U_SUCCESS (status))
    out = g_try_malloc ((gsize) n * 3 + 1);
  if (out != NULL)
    u_strToUTF8 (out, n * 3 + 1, &n_utf8, a, n, &status);
  g_free (a);
  g_free (b);
  *n_out = (gsize) n_utf8;
  return out;
}

/* Apply all steps to @word, UTF-8, @n_bytes long, at most 64 MiB. Returns text
 * of
 * *@n_out bytes: @word itself, or in @buffer, char[@n_buffer], or in *@owned,
 * which the caller frees with g_free(). Without memory: @word. */
const char *
_rnn_normalize_apply (const RnnNormalize *normalize, const char *word,
                      gsize n_bytes, char *buffer, gsize n_buffer, char **owned,
                      gsize *n_out)
{
  *owned = NULL;
  *n_out = n_bytes;
  if (normalize->n_ops == 0 || n_bytes > 64 << 20)
    return word;
  if (n_bytes <= n_buffer && is_ascii (word, n_bytes)) {
    apply_ascii (normalize, word, n_bytes, buffer);
    return buffer;
  }
  gsize n;
  *owned = apply_unicode (normalize, word, n_bytes, &n);
  if (*owned == NULL)
    return word;
  *n_out = n;
  return *owned;
}
