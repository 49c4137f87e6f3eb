/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rnntagger
 * @title: rnntagger
 * @short_description: token indices to yhat, by a recurrent network
 *
 * Runs one step of the network for each token. The hidden state lives on from
 * buffer to buffer: any cut of a stream into buffers gives the same yhat, bit
 * for bit. It goes back to its start at every stream-start, after a flush and
 * in READY, and at whatever else `reset-on` names.
 *
 * With a model that looks k words ahead, a buffer leaves when k more tokens have
 * come, or at the end of the text; events keep their place between the buffers.
 *
 * A stream that lost the words of its tokens on the way gets them back from the
 * dictionary of the model.
 *
 * |[
 * gst-launch-1.0 filesrc location=talk.srt ! subparse !
 *   rnntokenizer model-file=names.safetensors !
 *   rnntagger model-file=names.safetensors ! rnnannotator ! fdsink
 * ]|
 */
#include "gstrnntagger.h"

#include "gstrnntagger-tokens.h"
#include "gstrnntokenmeta.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (gst_rnn_tagger_debug);
#define GST_CAT_DEFAULT gst_rnn_tagger_debug

enum { PROP_0, PROP_MODEL_FILE, PROP_RESET_ON, PROP_OUTPUT, PROP_STATS };

#define DEFAULT_RESET_ON (GST_RNN_RESET_STREAM_START | GST_RNN_RESET_FLUSH)

/* What waits for its turn: a buffer of @n_tokens tokens, or an event. */
typedef struct {
  GstMiniObject *object;
  gsize n_tokens;
} Held;

/* Counted since the element was started; under the object lock. */
typedef struct {
  guint64 buffers;
  guint64 tokens;
  guint64 unknown; /* indices outside the dictionary */
  guint64 resets;
} Stats;

struct _GstRnnTagger {
  GstRnnFilter parent;
  char *model_file;
  guint reset_on; /* GstRnnReset */
  GstRnnOutput output;

  RnnModel *model;
  RnnState *state;
  RnnState *ahead;   /* a snapshot, to look past the end of a text with */
  gsize lookahead;   /* k */
  gsize n_outputs;   /* n_y */
  gsize n_slots;     /* F */
  gboolean is_static;
  GstRnnTensorInfo info; /* of static input */
  GQueue held;       /* Held */
  GArray *rows;      /* float: yhat of the tokens held, those that are there */
  gsize to_skip;     /* rows to come that speak of no token */
  gboolean has_warned;
  Stats stats;
};

G_DEFINE_TYPE (GstRnnTagger, gst_rnn_tagger, GST_TYPE_RNN_FILTER)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_RNN_FLEXIBLE_CAPS
                     "; " GST_RNN_STATIC_CAPS ("{ int32, uint32, int64 }")));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_RNN_FLEXIBLE_CAPS
                     "; " GST_RNN_STATIC_CAPS ("float32")));

GType
gst_rnn_reset_get_type (void)
{
  static const GFlagsValue values[] = {
    { GST_RNN_RESET_STREAM_START, "Every stream-start", "stream-start" },
    { GST_RNN_RESET_FLUSH, "After a flush", "flush" },
    { GST_RNN_RESET_DISCONT, "A buffer after a discontinuity", "discont" },
    { GST_RNN_RESET_GAP, "A gap", "gap" },
    { GST_RNN_RESET_SEGMENT, "A segment", "segment" },
    { GST_RNN_RESET_BUFFER, "Every buffer: each is a text of its own",
      "buffer" },
    { GST_RNN_RESET_FINAL_TRANSCRIPT, "A transcriber's final-transcript event",
      "final-transcript" },
    { GST_RNN_RESET_SPEAKER_CHANGE, "A transcriber's speaker-change event",
      "speaker-change" },
    { 0, NULL, NULL }
  };
  static GType type;

  if (g_once_init_enter (&type)) {
    GType registered = g_flags_register_static ("GstRnnReset", values);
    g_once_init_leave (&type, registered);
  }
  return type;
}

GType
gst_rnn_output_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_RNN_OUTPUT_EACH, "yhat of each token", "each" },
    { GST_RNN_OUTPUT_LAST, "yhat of a buffer's last token", "last" },
    { 0, NULL, NULL }
  };
  static GType type;

  if (g_once_init_enter (&type)) {
    GType registered = g_enum_register_static ("GstRnnOutput", values);
    g_once_init_leave (&type, registered);
  }
  return type;
}

static void
held_free (Held *held)
{
  gst_mini_object_unref (held->object);
  g_free (held);
}

/* Forget what is held back and where the text was. */
static void
forget (GstRnnTagger *self)
{
  g_queue_clear_full (&self->held, (GDestroyNotify) held_free);
  g_array_set_size (self->rows, 0);
  self->to_skip = self->lookahead;
  self->has_warned = FALSE;
  if (self->state)
    rnn_state_reset (self->state);
}

static gboolean
start (GstRnnFilter *filter, GError **error)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);

  if (!self->model_file) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_NOT_FOUND,
                         "model-file: expected the name of a model, none came");
    return FALSE;
  }
  self->model = rnn_model_load_shared (self->model_file, error);
  if (!self->model)
    return FALSE;
  self->lookahead = rnn_model_get_lookahead (self->model);
  self->n_outputs = rnn_model_get_n_outputs (self->model);
  self->n_slots = rnn_model_get_n_slots (self->model);
  self->state = rnn_state_new (self->model);
  if (self->state && self->lookahead > 0)
    self->ahead = rnn_state_copy (self->state);
  if (!self->state || (self->lookahead > 0 && !self->ahead)) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "%s: no memory for its state", self->model_file);
    return FALSE;
  }
  self->stats = (Stats) { 0 };
  forget (self);
  return TRUE;
}

static void
stop (GstRnnFilter *filter)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);

  forget (self);
  g_clear_pointer (&self->state, rnn_state_free);
  g_clear_pointer (&self->ahead, rnn_state_free);
  g_clear_pointer (&self->model, rnn_model_unref);
}

static gboolean
check_vocab_id (GstRnnTagger *self, const GstCaps *caps, GError **error)
{
  const char *id = gst_structure_get_string (gst_caps_get_structure (caps, 0),
                                             "vocab-id");
  const char *own = rnn_model_get_vocab_id (self->model);

  if (!id || !own || strcmp (id, own) == 0)
    return TRUE;
  g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
               "%s: expected tokens of its own dictionary, vocab-id %s; those "
               "of %s came",
               self->model_file, own, id);
  return FALSE;
}

/* Static caps of yhat, n_y:T. */
static GstCaps *
static_caps (const GstRnnTagger *self, gsize n_tokens, const GstCaps *like)
{
  GstRnnTensorInfo yhat = { GST_RNN_TENSOR_FLOAT32,
                            2,
                            { (guint32) self->n_outputs, (guint32) n_tokens } };

  return gst_rnn_tensors_make_caps (&yhat, like);
}

/* Flexible for flexible and static for static, if downstream lets us choose. */
static GstCaps *
choose_caps (GstRnnTagger *self, const GstCaps *caps, gsize n_tokens)
{
  GstCaps *allowed = gst_rnn_filter_get_allowed_caps (GST_RNN_FILTER (self));
  GstCaps *chosen = gst_rnn_tensors_make_caps (NULL, caps);

  if (self->is_static) {
    GstCaps *same = static_caps (self, n_tokens, caps);
    if (gst_caps_can_intersect (allowed, same) ||
        !gst_caps_can_intersect (allowed, chosen))
      gst_caps_replace (&chosen, same);
    gst_caps_unref (same);
  }
  gst_caps_unref (allowed);
  return chosen;
}

static void
add_labels (const GstRnnTagger *self, GstCaps *caps)
{
  static const char *const outputs[] = { "sigmoid", "softmax", "linear" };
  char *labels =
      g_strjoinv (",", (char **) rnn_model_get_labels (self->model));

  gst_caps_set_simple (caps, "labels", G_TYPE_STRING, labels, "rnn-output",
                       G_TYPE_STRING,
                       outputs[rnn_model_get_output (self->model)], NULL);
  g_free (labels);
}

static gboolean
set_caps (GstRnnFilter *filter, GstCaps *caps, GError **error)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  gsize count = 0, n_tokens;
  GstCaps *out;

  if (!check_vocab_id (self, caps, error) ||
      !gst_rnn_tensors_parse_caps (caps, &self->is_static, &self->info, error))
    return FALSE;
  if (self->is_static && (!gst_rnn_tensor_count (&self->info, &count) ||
                          count % self->n_slots != 0)) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                 "caps: expected dimensions of %" G_GSIZE_FORMAT
                 " indices for each token, %" G_GSIZE_FORMAT " came in all",
                 self->n_slots, count);
    return FALSE;
  }
  n_tokens = self->output == GST_RNN_OUTPUT_LAST ? 1 : count / self->n_slots;
  out = choose_caps (self, caps, n_tokens);
  add_labels (self, out);
  /* From here on: does what goes out have a header of its own? */
  self->info.rank = self->is_static ? self->info.rank : 0;
  self->is_static =
      g_strcmp0 (gst_structure_get_string (gst_caps_get_structure (out, 0),
                                           "format"),
                 "static") == 0;
  return gst_rnn_filter_set_out_caps (filter, out);
}

/* One token whose text is that of all: what yhat of the last one is about. */
static void
join_meta (GstBuffer *buffer)
{
  GstRnnTokenMeta *meta = gst_buffer_get_rnn_token_meta (buffer);
  RnnToken all;

  if (!meta || meta->n_tokens < 2)
    return;
  all = (RnnToken) { meta->tokens[0].start,
                     meta->tokens[meta->n_tokens - 1].end };
  gst_buffer_add_rnn_token_meta (buffer, meta->text, meta->n_bytes, &all,
                                 meta->pts, 1);
  gst_buffer_remove_meta (buffer, &meta->meta);
}

/* Push yhat of @like's tokens, float[@n_tokens][n_y]. */
static GstFlowReturn
push_yhat (GstRnnTagger *self, GstBuffer *like, const float *yhat,
           gsize n_tokens)
{
  gboolean is_last = self->output == GST_RNN_OUTPUT_LAST && n_tokens > 0;
  gsize first = is_last ? n_tokens - 1 : 0, n = n_tokens - first;
  gsize n_bytes = n * self->n_outputs * sizeof (float);
  gsize header = self->is_static ? 0 : GST_RNN_HEADER_BYTES;
  GstRnnTensorInfo info = { GST_RNN_TENSOR_FLOAT32,
                            2,
                            { (guint32) self->n_outputs, (guint32) n } };
  GstBuffer *buffer =
      gst_rnn_filter_new_buffer (GST_RNN_FILTER (self), header + n_bytes, like);

  if (!buffer)
    return GST_FLOW_ERROR;
  if (header > 0) {
    guint8 bytes[GST_RNN_HEADER_BYTES];
    gst_rnn_tensor_write_header (bytes, &info);
    gst_buffer_fill (buffer, 0, bytes, sizeof bytes);
  }
  gst_buffer_fill (buffer, header, yhat + first * self->n_outputs, n_bytes);
  if (is_last)
    join_meta (buffer);
  return gst_rnn_filter_push (GST_RNN_FILTER (self), buffer);
}

/* Push from the front of the queue what has all its rows. */
static GstFlowReturn
push_ready (GstRnnTagger *self)
{
  GstFlowReturn flow = GST_FLOW_OK;
  Held *held;

  while (flow == GST_FLOW_OK && (held = g_queue_peek_head (&self->held))) {
    gsize n_floats = held->n_tokens * self->n_outputs;
    if (self->rows->len < n_floats)
      break;
    g_queue_pop_head (&self->held);
    if (GST_IS_EVENT (held->object)) {
      gst_rnn_filter_push_event (
          GST_RNN_FILTER (self),
          GST_EVENT (gst_mini_object_ref (held->object)));
    } else {
      flow = push_yhat (self, GST_BUFFER (held->object),
                        (const float *) (gpointer) self->rows->data,
                        held->n_tokens);
      if (n_floats > 0)
        g_array_remove_range (self->rows, 0, (guint) n_floats);
    }
    held_free (held);
  }
  return flow;
}

/* Take @n steps and keep the rows that speak of tokens. */
static gboolean
run (GstRnnTagger *self, RnnState *state, const gint32 *indices, gsize n,
     GError **error)
{
  gsize n_floats, skip;
  float *yhat;

  if (n > G_MAXUINT / self->n_outputs / sizeof (float) ||
      !(yhat = g_try_new (float, MAX (n * self->n_outputs, 1)))) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "no memory for yhat of %" G_GSIZE_FORMAT " tokens", n);
    return FALSE;
  }
  if (!rnn_state_run (state, indices, n, yhat, error)) {
    g_free (yhat);
    return FALSE;
  }
  skip = MIN (self->to_skip, n);
  self->to_skip -= skip;
  n_floats = (n - skip) * self->n_outputs;
  g_array_append_vals (self->rows, yhat + skip * self->n_outputs,
                       (guint) n_floats);
  g_free (yhat);
  return TRUE;
}

/* Look k steps past the end of the text from a snapshot, so that all that is
 * held can go; the text may go on later as if nothing had been. */
static GstFlowReturn
drain (GstRnnFilter *filter)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  gsize n = self->lookahead * self->n_slots;
  GError *error = NULL;
  gint32 *none;
  gboolean ok;

  if (!self->state || g_queue_is_empty (&self->held))
    return GST_FLOW_OK;
  none = g_new (gint32, MAX (n, 1));
  for (gsize i = 0; i < n; i++)
    none[i] = -1;
  rnn_state_assign (self->ahead, self->state);
  ok = run (self, self->ahead, none, self->lookahead, &error);
  g_free (none);
  self->to_skip = self->lookahead;
  return ok ? push_ready (self) : gst_rnn_filter_fail (filter, error);
}

static void
count (GstRnnTagger *self, const GstRnnTokens *tokens)
{
  gint32 index = 0;
  gsize n_inputs = rnn_model_get_n_inputs (self->model);
  gsize unknown = gst_rnn_tokens_count_unknown (tokens, self->n_slots,
                                                n_inputs, &index);

  GST_OBJECT_LOCK (self);
  self->stats.buffers++;
  self->stats.tokens += tokens->n;
  self->stats.unknown += unknown;
  GST_OBJECT_UNLOCK (self);
  if (unknown == 0 || self->has_warned)
    return;
  self->has_warned = TRUE;
  GST_ELEMENT_WARNING (self, STREAM, DECODE, (NULL),
                       ("token index %d: expected -1 … %" G_GSIZE_FORMAT
                        " (n_x = %" G_GSIZE_FORMAT
                        "); it and others like it count as the unknown word",
                        index, n_inputs - 1, n_inputs));
}

static GstFlowReturn
run_buffer (GstRnnTagger *self, GstBuffer *buffer, const GstRnnTokens *tokens)
{
  GError *error = NULL;
  Held *held;

  if (!run (self, self->state, tokens->indices, tokens->n, &error))
    return gst_rnn_filter_fail (GST_RNN_FILTER (self), error);
  count (self, tokens);
  held = g_new (Held, 1);
  held->object = GST_MINI_OBJECT (gst_buffer_ref (buffer));
  held->n_tokens = tokens->n;
  g_queue_push_tail (&self->held, held);
  return push_ready (self);
}

static void
reset_for (GstRnnTagger *self, GstRnnReset why)
{
  if (!(self->reset_on & why))
    return;
  drain (GST_RNN_FILTER (self));
  rnn_state_reset (self->state);
  self->to_skip = self->lookahead;
  GST_OBJECT_LOCK (self);
  self->stats.resets++;
  GST_OBJECT_UNLOCK (self);
}

static GstFlowReturn
chain (GstRnnFilter *filter, GstBuffer *buffer)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  GstRnnTokens tokens = { NULL, 0 };
  GError *error = NULL;
  GstFlowReturn flow;

  if (!gst_rnn_tokens_read (buffer, self->info.rank ? &self->info : NULL,
                            self->n_slots, &tokens, &error)) {
    gst_buffer_unref (buffer);
    return gst_rnn_filter_fail (filter, error);
  }
  reset_for (self, GST_RNN_RESET_BUFFER);
  if (!gst_buffer_get_rnn_token_meta (buffer)) {
    buffer = gst_buffer_make_writable (buffer);
    gst_rnn_tokens_add_meta (&tokens, self->model, buffer);
  }
  flow = run_buffer (self, buffer, &tokens);
  gst_rnn_tokens_clear (&tokens);
  gst_buffer_unref (buffer);
  return flow;
}

static gboolean
hold (GstRnnFilter *filter, GstEvent *event)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  Held *held;

  if (g_queue_is_empty (&self->held))
    return FALSE;
  held = g_new (Held, 1);
  held->object = GST_MINI_OBJECT (event);
  held->n_tokens = 0;
  g_queue_push_tail (&self->held, held);
  return TRUE;
}

/* A flush throws away what is held; other resets come after a drain. */
static void
reset (GstRnnFilter *filter, GstRnnReset why)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);

  if (!self->state)
    return;
  if (why == GST_RNN_RESET_FLUSH) {
    g_queue_clear_full (&self->held, (GDestroyNotify) held_free);
    g_array_set_size (self->rows, 0);
    self->to_skip = self->lookahead;
  }
  if (why == GST_RNN_RESET_STREAM_START)
    self->has_warned = FALSE;
  reset_for (self, why);
}

static GstStructure *
stats_structure (GstRnnTagger *self)
{
  GstStructure *stats;

  GST_OBJECT_LOCK (self);
  stats = gst_structure_new (
      "rnn-tagger-stats", "buffers", G_TYPE_UINT64, self->stats.buffers,
      "tokens", G_TYPE_UINT64, self->stats.tokens, "unknown", G_TYPE_UINT64,
      self->stats.unknown, "resets", G_TYPE_UINT64, self->stats.resets, NULL);
  GST_OBJECT_UNLOCK (self);
  return stats;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstRnnTagger *self = GST_RNN_TAGGER (object);

  switch (id) {
  case PROP_MODEL_FILE:
    g_free (self->model_file);
    self->model_file = g_value_dup_string (value);
    break;
  case PROP_RESET_ON:
    self->reset_on = g_value_get_flags (value);
    break;
  case PROP_OUTPUT:
    self->output = (GstRnnOutput) g_value_get_enum (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GstRnnTagger *self = GST_RNN_TAGGER (object);

  switch (id) {
  case PROP_MODEL_FILE:
    g_value_set_string (value, self->model_file);
    break;
  case PROP_RESET_ON:
    g_value_set_flags (value, self->reset_on);
    break;
  case PROP_OUTPUT:
    g_value_set_enum (value, self->output);
    break;
  case PROP_STATS:
    g_value_take_boxed (value, stats_structure (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
finalize (GObject *object)
{
  GstRnnTagger *self = GST_RNN_TAGGER (object);

  g_free (self->model_file);
  g_array_free (self->rows, TRUE);
  G_OBJECT_CLASS (gst_rnn_tagger_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object)
{
  const GParamFlags ready = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                            GST_PARAM_MUTABLE_READY;

  g_object_class_install_property (
      object, PROP_MODEL_FILE,
      g_param_spec_string ("model-file", "Model file",
                           "The network: a .safetensors file", NULL, ready));
  g_object_class_install_property (
      object, PROP_RESET_ON,
      g_param_spec_flags ("reset-on", "Reset on",
                          "When the hidden state goes back to its start",
                          GST_TYPE_RNN_RESET, DEFAULT_RESET_ON,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                              GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      object, PROP_OUTPUT,
      g_param_spec_enum ("output", "Output", "Which steps' yhat goes out",
                         GST_TYPE_RNN_OUTPUT, GST_RNN_OUTPUT_EACH, ready));
  g_object_class_install_property (
      object, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
                          "Buffers, tokens, unknown indices and resets since "
                          "the element was started",
                          GST_TYPE_STRUCTURE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
gst_rnn_tagger_class_init (GstRnnTaggerClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  GstElementClass *element = GST_ELEMENT_CLASS (klass);
  GstRnnFilterClass *filter = GST_RNN_FILTER_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_rnn_tagger_debug, "rnntagger", 0,
                           "token indices to yhat");
  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  filter->start = start;
  filter->stop = stop;
  filter->set_caps = set_caps;
  filter->chain = chain;
  filter->drain = drain;
  filter->hold = hold;
  filter->reset = reset;
  install_properties (object);
  gst_element_class_add_static_pad_template (element, &sink_template);
  gst_element_class_add_static_pad_template (element, &src_template);
  gst_element_class_set_static_metadata (
      element, "RNN tagger", "Filter/Analyzer/Text",
      "Run a recurrent neural network over token indices",
      "The gst-rnn authors");
  gst_type_mark_as_plugin_api (GST_TYPE_RNN_RESET, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_RNN_OUTPUT, 0);
}

static void
gst_rnn_tagger_init (GstRnnTagger *self)
{
  self->reset_on = DEFAULT_RESET_ON;
  self->rows = g_array_new (FALSE, FALSE, sizeof (float));
  g_queue_init (&self->held);
}
