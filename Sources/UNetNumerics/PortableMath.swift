/// Functions of the host whose bits do not depend on the C library: written with + - * / and square root, which
/// IEEE 754 rounds correctly everywhere.  Used where a result enters training (initial weights, weight maps,
/// synthetic data).

/// eˣ in double precision, within 1e-15 relatively; 0 below -708, infinity above 709.
package func portableExp(_ x: Double) -> Double {
  guard x == x else { return x }
  guard x > -708 else { return 0 }
  guard x < 709 else { return .infinity }
  let n = (x * 1.4426950408889634).rounded(.toNearestOrEven)
  let r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10
  var term = 1.0
  var sum = 1.0
  for k in 1...17 {
    term = term * r / Double(k)
    sum += term
  }
  return sum * Double(sign: .plus, exponent: Int(n), significand: 1)
}

/// The natural logarithm of a positive number in double precision, within 1e-15 relatively.
package func portableLog(_ x: Double) -> Double {
  guard x > 0 else { return x == 0 ? -.infinity : .nan }
  guard x.isFinite else { return x }
  var (m, e) = (x.significand, Double(x.exponent))
  if m > 1.4142135623730951 { (m, e) = (m / 2, e + 1) }
  // ln m = 2 artanh((m - 1) / (m + 1)), |s| <= 0.1716
  let s = (m - 1) / (m + 1)
  let square = s * s
  var sum = 0.0
  for k in stride(from: 23, through: 1, by: -2) { sum = sum * square + 1 / Double(k) }
  return e * 0.693147180369123816490 + (e * 1.90821492927058770002e-10 + 2 * s * sum)
}

/// The cosine and the sine of an angle of at most 1,000,000 radians, each within one unit in the last place.
///
/// The nearest multiple of a quarter turn is taken out in three parts; the polynomials for what is left, at most π/4,
/// are those of Sun's fdlibm (`__kernel_cos`, `__kernel_sin`).
package func portableCosineAndSine(_ x: Double) -> (cosine: Double, sine: Double) {
  precondition(abs(x) <= 1_000_000, "an angle of \(x)")
  let quarters = (x * 0.63661977236758134308).rounded(.toNearestOrEven)
  // π/2 is 33 bits, 33 more, and the rest: the first two products are exact.
  let near = x - quarters * 1.57079632673412561417
  let part = quarters * 6.07710050630396597660e-11
  let nearer = near - part
  let rest = quarters * 2.02226624879595063154e-21 - ((near - nearer) - part)
  let (r, tail) = (nearer - rest, (nearer - (nearer - rest)) - rest)
  let (c, s) = (cosineNearZero(r, tail), sineNearZero(r, tail))
  switch Int(quarters) & 3 {
  case 0: return (c, s)
  case 1: return (-s, c)
  case 2: return (-c, -s)
  default: return (s, -c)
  }
}

/// The cosine of x + tail, |x| <= π/4.
private func cosineNearZero(_ x: Double, _ tail: Double) -> Double {
  let z = x * x
  let series =
    z
    * polynomial(
      [
        4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05,
        -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11,
      ], z)
  let half = 0.5 * z
  let whole = 1 - half
  return whole + (((1 - whole) - half) + (z * series - x * tail))
}

/// The sine of x + tail, |x| <= π/4.
private func sineNearZero(_ x: Double, _ tail: Double) -> Double {
  let z = x * x
  let series = polynomial(
    [
      8.33333333332248946124e-03, -1.98412698298579493134e-04, 2.75573137070700676789e-06,
      -2.50507602534068634195e-08, 1.58969099521155010221e-10,
    ], z)
  let cube = z * x
  return x - ((z * (0.5 * tail - cube * series) - tail) - cube * -1.66666666666666324348e-01)
}

/// The value below which a standard normal variable falls with probability `p`, 0 < p < 1.
///
/// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988),
/// routine PPND16: about 1e-16 relatively.
package func normalQuantile(_ p: Double) -> Double {
  let q = p - 0.5
  if abs(q) <= 0.425 {
    let r = 0.180625 - q * q
    return q * polynomial(centre.0, r) / polynomial(centre.1, r)
  }
  var r = (-portableLog(q < 0 ? p : 1 - p)).squareRoot()
  let (numerator, denominator) = r <= 5 ? near : far
  r -= r <= 5 ? 1.6 : 5
  let x = polynomial(numerator, r) / polynomial(denominator, r)
  return q < 0 ? -x : x
}

/// Coefficients from the lowest power up.
private func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
  coefficients.reversed().reduce(0) { $0 * x + $1 }
}

private let centre = (
  [
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
    4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
  ],
  [
    1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
    3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
  ]
)

private let near = (
  [
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
    1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
  ],
  [
    1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
    1.05075007164441684324e-9,
  ]
)

private let far = (
  [
    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
    2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
    2.01033439929228813265e-7,
  ],
  [
    1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
    2.04426310338993978564e-15,
  ]
)
