/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Back-propagation against finite differences, and the trained net against the
 * forward pass that users run. */
#include "kernels/kernels.h"
#include "train/loss.h"
#include "train/net-file.h"

#include <math.h>
#include <rnn/rnn-state.h>
#include <string.h>

#define T 5
#define B 3
#define MAX_OUTPUTS 4

static RnnRandom random_numbers;

typedef struct {
  RnnNet *net;
  RnnWindow *window;
  gint32 classes[T * B];
  float beliefs[T * B * MAX_OUTPUTS];
  float trusts[T * B];
  RnnTargets targets;
  float *started[16]; /* a<0> and c<0> of each direction, to come back to */
} Case;

static double
loss_of (Case *c)
{
  const RnnConfig *config = &c->net->config;
  gsize size = B * c->net->padded;

  for (gsize i = 0; i < config->n_layers * config->n_directions; i++) {
    RnnTrace *trace = &c->window->traces[i];
    memcpy (trace->carried, c->started[2 * i], size * sizeof (float));
    memset (trace->kept, 0, size * sizeof (float));
    if (trace->cells) {
      memcpy (trace->carried_cells, c->started[2 * i + 1],
              size * sizeof (float));
      memset (trace->kept_cells, 0, size * sizeof (float));
    }
  }
  _rnn_net_forward (c->net, c->window, NULL);
  return _rnn_loss (config->output, c->window->logits, &c->targets, T * B,
                    config->n_outputs, c->window->d_logits);
}

static void
case_init (Case *c, const RnnConfig *config)
{
  c->net = _rnn_net_new (config, FALSE, 0, 0, &random_numbers);
  c->window = _rnn_window_new (c->net, T, B);
  for (gsize i = 0; i < T * B; i++) {
    for (gsize f = 0; f < config->n_slots; f++)
      c->window->tokens[i * config->n_slots + f] =
          (gint32) _rnn_random_below (&random_numbers, config->n_inputs + 1)
          - 1;
    c->classes[i] = (gint32) _rnn_random_below (&random_numbers, 3) - 1;
  }
  c->targets = (RnnTargets){ .classes = c->classes };
  for (gsize i = 0; i < 16; i++) {
    gsize n = B * c->net->padded;
    c->started[i] = g_new0 (float, n);
    for (gsize j = 0; j < n; j++)
      if (j % c->net->padded < config->n_hidden)
        c->started[i][j] = 0.5f * _rnn_random_normal (&random_numbers);
  }
}

/* Each row is to say, in part or alone, what a teacher does. */
static void
case_add_teacher (Case *c)
{
  gsize n_y = c->net->config.n_outputs;

  for (gsize i = 0; i < T * B * n_y; i++)
    c->beliefs[i] = _rnn_random_float (&random_numbers) / (float) n_y;
  for (gsize i = 0; i < T * B; i += 4)
    c->classes[i] = RNN_NO_CLASS;
  c->targets.beliefs = c->beliefs;
  for (gsize i = 0; i < T * B; i++)
    c->trusts[i] = i % 3 ? 0.7f : 0.2f;
  c->targets.trusts = c->trusts;
}

static void
case_clear (Case *c)
{
  for (gsize i = 0; i < 16; i++)
    g_free (c->started[i]);
  _rnn_window_free (c->window);
  _rnn_net_free (c->net);
}

/* Central difference along one value; the second of two step sizes must come
 * close to what back-propagation said. */
static void
check_value (Case *c, RnnParameter *p, gsize at, float gradient)
{
  const float step = 1.0f / 128;
  float kept = p->values[at];
  double above, below, difference;

  p->values[at] = kept + step;
  above = loss_of (c);
  p->values[at] = kept - step;
  below = loss_of (c);
  p->values[at] = kept;
  difference = (above - below) / (2 * step);
  if (fabs (difference - gradient) > 2e-4 + 0.01 * fabs (difference))
    g_error ("gradient %g, difference %g", gradient, difference);
}

/* Pads have neither a value nor a gradient. */
static void
check_parameter (Case *c, RnnParameter *p)
{
  gsize n = p->rows * p->cols, n_checked = 0;
  float *gradient = g_memdup2 (p->gradient, n * sizeof *gradient);

  for (gsize tries = 0; tries < 2000 && n_checked < 12; tries++) {
    gsize at = (gsize) _rnn_random_below (&random_numbers, n);
    if (gradient[at] == 0 && p->values[at] == 0)
      continue;
    check_value (c, p, at, gradient[at]);
    n_checked++;
  }
  g_assert_cmpuint (n_checked, >, 0);
  g_free (gradient);
}

static void
check_gradients (Case *c)
{
  loss_of (c);
  for (gsize i = 0; i < c->net->n_all; i++)
    _rnn_parameter_clear_gradient (c->net->all[i]);
  _rnn_net_backward (c->net, c->window);
  for (gsize i = 0; i < c->net->n_all; i++)
    check_parameter (c, c->net->all[i]);
}

static void
check_case (const RnnConfig *config)
{
  Case c;

  case_init (&c, config);
  check_gradients (&c);
  case_clear (&c);
}

static RnnConfig
config_new (RnnCellKind cell, gsize n_layers, gsize n_directions,
            RnnOutputKind output, gsize n_embedding)
{
  RnnConfig config = { 0 };

  config.cell = cell;
  config.output = output;
  config.n_inputs = 9;
  config.n_words = n_embedding ? 6 : 0;
  config.n_embedding = n_embedding;
  config.n_slots = n_embedding ? 2 : 1;
  config.n_hidden = 7;
  config.n_layers = n_layers;
  config.n_directions = n_directions;
  config.n_outputs = output == RNN_OUTPUT_SIGMOID ? 1 : MAX_OUTPUTS;
  return config;
}

static void
gradients_are_those_of_finite_differences (gconstpointer data)
{
  RnnCellKind cell = (RnnCellKind) GPOINTER_TO_INT (data);

  for (gsize layers = 1; layers <= 3; layers++)
    for (gsize directions = 1; directions <= 2; directions++)
      for (gsize loss = 0; loss < 2; loss++)
        for (gsize n_e = 0; n_e <= 5; n_e += 5) {
          RnnConfig config =
              config_new (cell, layers, directions,
                          loss ? RNN_OUTPUT_SOFTMAX : RNN_OUTPUT_SIGMOID, n_e);
          check_case (&config);
        }
}

/* The loss of a softmax is taken over a distribution. */
static void
make_distributions (Case *c)
{
  gsize n_y = c->net->config.n_outputs;

  for (gsize i = 0; n_y > 1 && i < T * B; i++) {
    float *row = c->beliefs + i * n_y, sum = 0;
    for (gsize j = 0; j < n_y; j++)
      sum += row[j];
    for (gsize j = 0; j < n_y; j++)
      row[j] /= sum;
  }
}

static void
gradients_follow_teachers (void)
{
  static const RnnOutputKind outputs[] = { RNN_OUTPUT_SIGMOID,
                                           RNN_OUTPUT_SOFTMAX };

  for (gsize i = 0; i < G_N_ELEMENTS (outputs); i++) {
    RnnConfig config = config_new (RNN_CELL_GRU, 1, 1, outputs[i], 5);
    Case c;
    case_init (&c, &config);
    case_add_teacher (&c);
    make_distributions (&c);
    check_gradients (&c);
    case_clear (&c);
  }
}

static void
relu_gradients_are_those_of_finite_differences (void)
{
  RnnConfig config = config_new (RNN_CELL_ELMAN, 1, 1, RNN_OUTPUT_SIGMOID, 0);

  config.activation = RNN_ACTIVATION_RELU;
  check_case (&config);
}

/* After an utterance's last word two steps look ahead, and the state goes on
 * from before them. */
static void
gradients_pass_by_steps_that_look_ahead (gconstpointer data)
{
  for (gsize layers = 1; layers <= 2; layers++) {
    RnnConfig config = config_new ((RnnCellKind) GPOINTER_TO_INT (data), layers,
                                   1, RNN_OUTPUT_SOFTMAX, 5);
    Case c;

    case_init (&c, &config);
    c.window->marks[0 * B + 1] = RNN_STEP_KEEP;
    c.window->marks[3 * B + 1] = RNN_STEP_RETURN;
    c.window->marks[1 * B + 2] = RNN_STEP_RETURN; /* to a window before */
    c.window->marks[4 * B + 2] = RNN_STEP_KEEP;
    check_gradients (&c);
    case_clear (&c);
  }
}

/* What users run on the written file says what training said. */
static void
a_written_net_runs_as_it_was_trained (gconstpointer data)
{
  for (gsize directions = 1; directions <= 2; directions++) {
    RnnConfig config = config_new ((RnnCellKind) GPOINTER_TO_INT (data), 2,
                                   directions, RNN_OUTPUT_LINEAR, 0);
    RnnNet *net = _rnn_net_new (&config, FALSE, 0, 0, &random_numbers);
    RnnWindow *window = _rnn_window_new (net, T, 1);
    float yhat[T * 4];
    GError *error = NULL;
    RnnModel *model;
    RnnState *state;
    GBytes *bytes;

    for (gsize i = 0; i < T; i++)
      window->tokens[i] = (gint32) i;
    _rnn_net_forward (net, window, NULL);
    bytes =
        _rnn_net_to_file (net, &(const RnnNetText){ 0 }, RNN_STORE_F32, &error);
    g_assert_no_error (error);
    model = _rnn_model_parse (g_bytes_get_data (bytes, NULL),
                              g_bytes_get_size (bytes), "test", &error);
    g_assert_no_error (error);
    state = rnn_state_new (model);
    rnn_state_run (state, window->tokens, T, yhat, &error);
    g_assert_no_error (error);
    for (gsize i = 0; i < T * 4; i++)
      g_assert_cmpfloat (fabsf (yhat[i] - window->logits[i]), <, 2e-6f);
    rnn_state_free (state);
    rnn_model_unref (model);
    g_bytes_unref (bytes);
    _rnn_window_free (window);
    _rnn_net_free (net);
  }
}

int
main (int argc, char **argv)
{
  static const char *const cells[] = { "elman", "gru", "lstm" };

  g_test_init (&argc, &argv, NULL);
  _rnn_random_seed (&random_numbers, 5);
  for (int i = 0; i < 3; i++) {
    char *gradients = g_strdup_printf ("/gradients/%s", cells[i]);
    char *ahead = g_strdup_printf ("/gradients/ahead/%s", cells[i]);
    char *written = g_strdup_printf ("/written/%s", cells[i]);
    g_test_add_data_func (gradients, GINT_TO_POINTER (i),
                          gradients_are_those_of_finite_differences);
    g_test_add_data_func (ahead, GINT_TO_POINTER (i),
                          gradients_pass_by_steps_that_look_ahead);
    g_test_add_data_func (written, GINT_TO_POINTER (i),
                          a_written_net_runs_as_it_was_trained);
    g_free (gradients);
    g_free (ahead);
    g_free (written);
  }
  g_test_add_func ("/gradients/teachers", gradients_follow_teachers);
  g_test_add_func ("/gradients/relu",
                   relu_gradients_are_those_of_finite_differences);
  return g_test_run ();
}
