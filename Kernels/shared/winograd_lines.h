// Winograd's F(4x4, 3x3) (Lavin and Gray, 2016) with the points 0, ±3/4, ±3/2 and infinity, for OpenCL C and for C.
// Documentation/numerics.md states the arithmetic.
//
//   filters  U = G w Gᵀ      3x3 -> 6x6        input      V = Bᵀ x B    6x6 -> 6x6
//   output   y = Aᵀ M A      6x6 -> 4x4        gradients  Z = A g Aᵀ    4x4 -> 6x6,   dw = Gᵀ M G    6x6 -> 3x3
//
// A square is transformed line by line: the function of one matrix takes what lies `from` apart and leaves what it makes
// `to` apart, first along the rows, then along the columns, or the other way about.  `wide` is a vector or a number.
//
// A place of the 6x6 is a product of its own, over channels or, for the gradient of filters, over tiles.

enum {
  PLACES = 36,
  // Floats that scratch has more from one place to the next where cores have caches of their own, so that the 36 do not
  // share a set of one.
  LINE = 16
};

// The six of Bᵀ.
INLINE void input_six(const wide *d, int from, wide *v, int to) {
  const wide d0 = d[0], d1 = d[from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from];
  const wide a = FMA((wide)(-2.25f), d2, d4), b = FMA((wide)(-2.25f), d1, d3);
  const wide c = FMA((wide)(-0.5625f), d2, d4), e = FMA((wide)(-0.5625f), d1, d3);
  v[0] = FMA((wide)(1.265625f), d0, FMA((wide)(-2.8125f), d2, d4));
  v[to] = FMA((wide)(0.75f), b, a);
  v[2 * to] = FMA((wide)(-0.75f), b, a);
  v[3 * to] = FMA((wide)(1.5f), e, c);
  v[4 * to] = FMA((wide)(-1.5f), e, c);
  v[5 * to] = FMA((wide)(1.265625f), d1, FMA((wide)(-2.8125f), d3, d5));
}

// The four of Aᵀ.
INLINE void output_four(const wide *m, int from, wide *y, int to) {
  const wide s1 = m[from] + m[2 * from], t1 = m[from] - m[2 * from];
  const wide s2 = m[3 * from] + m[4 * from], t2 = m[3 * from] - m[4 * from];
  y[0] = (m[0] + s1) + s2;
  y[to] = FMA((wide)(1.5f), t2, (wide)(0.75f) * t1);
  y[2 * to] = FMA((wide)(2.25f), s2, (wide)(0.5625f) * s1);
  y[3 * to] = FMA((wide)(3.375f), t2, FMA((wide)(0.421875f), t1, m[5 * from]));
}

// The six of A.
INLINE void gradient_six(const wide *g, int from, wide *z, int to) {
  const wide g0 = g[0], g1 = g[from], g2 = g[2 * from], g3 = g[3 * from];
  const wide a = FMA((wide)(0.5625f), g2, g0), b = FMA((wide)(0.421875f), g3, (wide)(0.75f) * g1);
  const wide c = FMA((wide)(2.25f), g2, g0), d = FMA((wide)(3.375f), g3, (wide)(1.5f) * g1);
  z[0] = g0;
  z[to] = a + b;
  z[2 * to] = a - b;
  z[3 * to] = c + d;
  z[4 * to] = c - d;
  z[5 * to] = g3;
}

// The six of G.
INLINE void filter_six(const wide *g, int from, wide *u, int to) {
  const wide g0 = g[0], g1 = g[from], g2 = g[2 * from];
  const wide a = FMA((wide)(-0.296296299f), g2, (wide)(-0.526748955f) * g0), b = (wide)(-0.395061731f) * g1;
  const wide c = FMA((wide)(0.296296299f), g2, (wide)(0.131687239f) * g0), d = (wide)(0.197530866f) * g1;
  u[0] = (wide)(0.790123463f) * g0;
  u[to] = a + b;
  u[2 * to] = a - b;
  u[3 * to] = c + d;
  u[4 * to] = c - d;
  u[5 * to] = g2;
}

// The three of Gᵀ.
INLINE void filter_three(const wide *m, int from, wide *g, int to) {
  const wide s1 = m[from] + m[2 * from], t1 = m[from] - m[2 * from];
  const wide s2 = m[3 * from] + m[4 * from], t2 = m[3 * from] - m[4 * from];
  g[0] = FMA((wide)(0.131687239f), s2, FMA((wide)(-0.526748955f), s1, (wide)(0.790123463f) * m[0]));
  g[to] = FMA((wide)(0.197530866f), t2, (wide)(-0.395061731f) * t1);
  g[2 * to] = FMA((wide)(0.296296299f), s2, FMA((wide)(-0.296296299f), s1, m[5 * from]));
}
