// Winograd's F(4x4, 3x3) (Lavin and Gray, 2016) with the points 0, ±3/4, ±3/2 and infinity: Documentation/numerics.md.
//
//   filters  U = G w Gᵀ      3x3 -> 6x6        input      V = Bᵀ x B    6x6 -> 6x6
//   output   y = Aᵀ M A      6x6 -> 4x4        gradients  Z = A g Aᵀ    4x4 -> 6x6,   dw = Gᵀ M G    6x6 -> 3x3
//
// A place of the 6x6 is a product of its own over channels (or, for filters, over tiles).  Scratch is
// [place][tile][channel], a line apart from one place to the next, so that the 36 do not share a set of the cache.

enum { PLACES = 36, LINE = 16 };

// The six of Bᵀ.
INLINE void input_six(const v16 *d, long step, v16 *v) {
  const v16 d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
  const v16 a = FMA((v16)-2.25f, d2, d4), b = FMA((v16)-2.25f, d1, d3);
  const v16 c = FMA((v16)-0.5625f, d2, d4), e = FMA((v16)-0.5625f, d1, d3);
  v[0] = FMA((v16)1.265625f, d0, FMA((v16)-2.8125f, d2, d4));
  v[1] = FMA((v16)0.75f, b, a);
  v[2] = FMA((v16)-0.75f, b, a);
  v[3] = FMA((v16)1.5f, e, c);
  v[4] = FMA((v16)-1.5f, e, c);
  v[5] = FMA((v16)1.265625f, d1, FMA((v16)-2.8125f, d3, d5));
}

// The four of Aᵀ.
INLINE void output_four(const v16 *m, long step, v16 *y) {
  const v16 s1 = m[step] + m[2 * step], t1 = m[step] - m[2 * step];
  const v16 s2 = m[3 * step] + m[4 * step], t2 = m[3 * step] - m[4 * step];
  y[0] = (m[0] + s1) + s2;
  y[1] = FMA((v16)1.5f, t2, (v16)0.75f * t1);
  y[2] = FMA((v16)2.25f, s2, (v16)0.5625f * s1);
  y[3] = FMA((v16)3.375f, t2, FMA((v16)0.421875f, t1, m[5 * step]));
}

// The six of A.
INLINE void gradient_six(const v16 *g, long step, v16 *z) {
  const v16 g0 = g[0], g1 = g[step], g2 = g[2 * step], g3 = g[3 * step];
  const v16 a = FMA((v16)0.5625f, g2, g0), b = FMA((v16)0.421875f, g3, (v16)0.75f * g1);
  const v16 c = FMA((v16)2.25f, g2, g0), d = FMA((v16)3.375f, g3, (v16)1.5f * g1);
  z[0] = g0;
  z[1] = a + b;
  z[2] = a - b;
  z[3] = c + d;
  z[4] = c - d;
  z[5] = g3;
}

// The six of G.
INLINE void filter_six(const v16 *g, long step, v16 *u) {
  const v16 g0 = g[0], g1 = g[step], g2 = g[2 * step];
  const v16 a = FMA((v16)-0.296296299f, g2, (v16)-0.526748955f * g0), b = (v16)-0.395061731f * g1;
  const v16 c = FMA((v16)0.296296299f, g2, (v16)0.131687239f * g0), d = (v16)0.197530866f * g1;
  u[0] = (v16)0.790123463f * g0;
  u[1] = a + b;
  u[2] = a - b;
  u[3] = c + d;
  u[4] = c - d;
  u[5] = g2;
}

// The three of Gᵀ.
INLINE void filter_three(const v16 *m, long step, v16 *g) {
  const v16 s1 = m[step] + m[2 * step], t1 = m[step] - m[2 * step];
  const v16 s2 = m[3 * step] + m[4 * step], t2 = m[3 * step] - m[4 * step];
  g[0] = FMA((v16)0.131687239f, s2, FMA((v16)-0.526748955f, s1, (v16)0.790123463f * m[0]));
  g[1] = FMA((v16)0.197530866f, t2, (v16)-0.395061731f * t1);
  g[2] = FMA((v16)0.296296299f, s2, FMA((v16)-0.296296299f, s1, m[5 * step]));
}
