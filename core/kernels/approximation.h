/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Coefficients of the activations, the same for every instruction set.
 *
 * tanh(x) ~ x P(x^2) / Q(x^2) for |x| <= 7.9, constant beyond: minimax fit by
 * Lawson's iteration, largest error 2.8e-7 in float32.
 * exp(x) = 2^n exp(r), |r| <= ln 2 / 2: Taylor's series to degree 6 is below
 * half a unit in the last place there.
 */
#pragma once

#define RNN_TANH_MAX 7.9f
#define RNN_TANH_P0 0x1.0000000p+0f
#define RNN_TANH_P1 0x1.1357a80p-3f
#define RNN_TANH_P2 0x1.d4264a0p-9f
#define RNN_TANH_P3 0x1.6f7a980p-16f
#define RNN_TANH_P4 0x1.0628fe0p-26f
#define RNN_TANH_Q0 0x1.0000000p+0f
#define RNN_TANH_Q1 0x1.df01220p-2f
#define RNN_TANH_Q2 0x1.acad880p-6f
#define RNN_TANH_Q3 0x1.65bf5c0p-12f
#define RNN_TANH_Q4 0x1.c9fb360p-21f

/* Below: exp gives its value at this argument, about 1.6e-38. */
#define RNN_EXP_MIN -87.0f
#define RNN_LOG2_E 0x1.715476p+0f
/* ln 2 in two floats; the first has room for n without rounding. */
#define RNN_LN2_HIGH 0x1.62e000p-1f
#define RNN_LN2_LOW 0x1.0bfbe8p-15f
/* Adding and subtracting it rounds a float below 2^22 to an integer. */
#define RNN_ROUNDER 0x1.8p23f
#define RNN_EXP_C2 0x1.000000p-1f
#define RNN_EXP_C3 0x1.555556p-3f
#define RNN_EXP_C4 0x1.555556p-5f
#define RNN_EXP_C5 0x1.111112p-7f
#define RNN_EXP_C6 0x1.6c16c2p-10f

/* What is smaller in a<t> or c<t> is 0: a decaying state never gets into the
 * subnormal numbers, which cost time, on any machine. */
#define RNN_TINY 0x1p-64f
