// The device's math library: functions of sw/device/lib/math_*.cpp, and C++'s overloads for float.
// docs/manual/math.md has their error bounds.
//
// Included by heddle/math.h before <cmath>, so that the float functions of namespace std, which are
// constexpr and thus for both sides, leave the device's side to these.
#pragma once

// Their results depend on the operands alone.
#define HEDDLE_LIBRARY extern "C" __device__ __attribute__((const))
#define HEDDLE_WRITES extern "C" __device__
#define HEDDLE_MATH static __device__ __forceinline__

#define HEDDLE_ONE(name)                                                      \
  HEDDLE_LIBRARY float __heddle_##name##f(float) noexcept;                    \
  HEDDLE_LIBRARY double __heddle_##name(double) noexcept;                     \
  HEDDLE_MATH float name##f(float x) noexcept { return __heddle_##name##f(x); } \
  HEDDLE_MATH float name(float x) noexcept { return __heddle_##name##f(x); }  \
  HEDDLE_MATH double name(double x) noexcept { return __heddle_##name(x); }
#define HEDDLE_TWO(name)                                                                      \
  HEDDLE_LIBRARY float __heddle_##name##f(float, float) noexcept;                             \
  HEDDLE_LIBRARY double __heddle_##name(double, double) noexcept;                             \
  HEDDLE_MATH float name##f(float x, float y) noexcept { return __heddle_##name##f(x, y); }   \
  HEDDLE_MATH float name(float x, float y) noexcept { return __heddle_##name##f(x, y); }      \
  HEDDLE_MATH double name(double x, double y) noexcept { return __heddle_##name(x, y); }

HEDDLE_ONE(sin)
HEDDLE_ONE(cos)
HEDDLE_ONE(tan)
HEDDLE_ONE(sinpi)
HEDDLE_ONE(cospi)
HEDDLE_ONE(asin)
HEDDLE_ONE(acos)
HEDDLE_ONE(atan)
HEDDLE_ONE(sinh)
HEDDLE_ONE(cosh)
HEDDLE_ONE(tanh)
HEDDLE_ONE(asinh)
HEDDLE_ONE(acosh)
HEDDLE_ONE(atanh)
HEDDLE_ONE(exp)
HEDDLE_ONE(exp2)
HEDDLE_ONE(exp10)
HEDDLE_ONE(expm1)
HEDDLE_ONE(log)
HEDDLE_ONE(log2)
HEDDLE_ONE(log10)
HEDDLE_ONE(log1p)
HEDDLE_ONE(cbrt)
HEDDLE_ONE(rcbrt)
HEDDLE_ONE(erf)
HEDDLE_ONE(erfc)
HEDDLE_ONE(erfinv)
HEDDLE_ONE(erfcinv)
HEDDLE_ONE(erfcx)
HEDDLE_ONE(normcdf)
HEDDLE_ONE(normcdfinv)
HEDDLE_ONE(lgamma)
HEDDLE_ONE(tgamma)
HEDDLE_ONE(j0)
HEDDLE_ONE(j1)
HEDDLE_ONE(y0)
HEDDLE_ONE(y1)
HEDDLE_ONE(logb)
HEDDLE_TWO(atan2)
HEDDLE_TWO(pow)
HEDDLE_TWO(hypot)
HEDDLE_TWO(rhypot)
HEDDLE_TWO(remainder)
HEDDLE_TWO(nextafter)
#undef HEDDLE_ONE
#undef HEDDLE_TWO

HEDDLE_LIBRARY float __heddle_fmodf(float, float) noexcept;
HEDDLE_MATH float fmodf(float x, float y) noexcept { return __heddle_fmodf(x, y); }
HEDDLE_MATH float fmod(float x, float y) noexcept { return __heddle_fmodf(x, y); }
HEDDLE_LIBRARY float __heddle_fdimf(float, float) noexcept;
HEDDLE_MATH float fdimf(float x, float y) noexcept { return __heddle_fdimf(x, y); }
HEDDLE_MATH float fdim(float x, float y) noexcept { return __heddle_fdimf(x, y); }
HEDDLE_LIBRARY float __heddle_norm3df(float, float, float) noexcept;
HEDDLE_MATH float norm3df(float x, float y, float z) noexcept {
  return __heddle_norm3df(x, y, z);
}
HEDDLE_LIBRARY float __heddle_rnorm3df(float, float, float) noexcept;
HEDDLE_MATH float rnorm3df(float x, float y, float z) noexcept {
  return __heddle_rnorm3df(x, y, z);
}
HEDDLE_LIBRARY float __heddle_norm4df(float, float, float, float) noexcept;
HEDDLE_MATH float norm4df(float x, float y, float z, float w) noexcept {
  return __heddle_norm4df(x, y, z, w);
}
HEDDLE_LIBRARY float __heddle_rnorm4df(float, float, float, float) noexcept;
HEDDLE_MATH float rnorm4df(float x, float y, float z, float w) noexcept {
  return __heddle_rnorm4df(x, y, z, w);
}

// These read the components.
#define HEDDLE_NORM(name, type)                                             \
  extern "C" __device__ __attribute__((pure)) type __heddle_##name(int, const type*) noexcept; \
  HEDDLE_MATH type name(int count, const type* v) noexcept {                \
    return __heddle_##name(count, v);                                       \
  }
HEDDLE_NORM(normf, float)
HEDDLE_NORM(rnormf, float)
HEDDLE_NORM(norm, double)
HEDDLE_NORM(rnorm, double)
#undef HEDDLE_NORM

HEDDLE_WRITES void __heddle_sincosf(float, float*, float*) noexcept;
HEDDLE_MATH void sincosf(float x, float* sine, float* cosine) noexcept {
  __heddle_sincosf(x, sine, cosine);
}
HEDDLE_MATH void sincos(float x, float* sine, float* cosine) noexcept {
  __heddle_sincosf(x, sine, cosine);
}
HEDDLE_WRITES void __heddle_sincospif(float, float*, float*) noexcept;
HEDDLE_MATH void sincospif(float x, float* sine, float* cosine) noexcept {
  __heddle_sincospif(x, sine, cosine);
}
HEDDLE_MATH void sincospi(float x, float* sine, float* cosine) noexcept {
  __heddle_sincospif(x, sine, cosine);
}
HEDDLE_WRITES float __heddle_remquof(float, float, int*) noexcept;
HEDDLE_MATH float remquof(float x, float y, int* quotient) noexcept {
  return __heddle_remquof(x, y, quotient);
}
HEDDLE_MATH float remquo(float x, float y, int* quotient) noexcept {
  return __heddle_remquof(x, y, quotient);
}
HEDDLE_WRITES float __heddle_frexpf(float, int*) noexcept;
HEDDLE_MATH float frexpf(float x, int* exponent) noexcept { return __heddle_frexpf(x, exponent); }
HEDDLE_MATH float frexp(float x, int* exponent) noexcept { return __heddle_frexpf(x, exponent); }
HEDDLE_WRITES float __heddle_modff(float, float*) noexcept;
HEDDLE_MATH float modff(float x, float* whole) noexcept { return __heddle_modff(x, whole); }
HEDDLE_MATH float modf(float x, float* whole) noexcept { return __heddle_modff(x, whole); }
HEDDLE_LIBRARY float __heddle_ldexpf(float, int) noexcept;
HEDDLE_MATH float ldexpf(float x, int n) noexcept { return __heddle_ldexpf(x, n); }
HEDDLE_MATH float ldexp(float x, int n) noexcept { return __heddle_ldexpf(x, n); }
HEDDLE_MATH float scalbnf(float x, int n) noexcept { return __heddle_ldexpf(x, n); }
HEDDLE_MATH float scalbn(float x, int n) noexcept { return __heddle_ldexpf(x, n); }
HEDDLE_LIBRARY float __heddle_scalblnf(float, long) noexcept;
HEDDLE_MATH float scalblnf(float x, long n) noexcept { return __heddle_scalblnf(x, n); }
HEDDLE_MATH float scalbln(float x, long n) noexcept { return __heddle_scalblnf(x, n); }
HEDDLE_LIBRARY int __heddle_ilogbf(float) noexcept;
HEDDLE_MATH int ilogbf(float x) noexcept { return __heddle_ilogbf(x); }
HEDDLE_MATH int ilogb(float x) noexcept { return __heddle_ilogbf(x); }

HEDDLE_LIBRARY float __heddle_jnf(int, float) noexcept;
HEDDLE_MATH float jnf(int n, float x) noexcept { return __heddle_jnf(n, x); }
HEDDLE_MATH float jn(int n, float x) noexcept { return __heddle_jnf(n, x); }
HEDDLE_LIBRARY float __heddle_ynf(int, float) noexcept;
HEDDLE_MATH float ynf(int n, float x) noexcept { return __heddle_ynf(n, x); }
HEDDLE_MATH float yn(int n, float x) noexcept { return __heddle_ynf(n, x); }

HEDDLE_LIBRARY double __heddle_jn(int, double) noexcept;
HEDDLE_MATH double jn(int n, double x) noexcept { return __heddle_jn(n, x); }
HEDDLE_LIBRARY double __heddle_yn(int, double) noexcept;
HEDDLE_MATH double yn(int n, double x) noexcept { return __heddle_yn(n, x); }
HEDDLE_LIBRARY float __heddle_cyl_bessel_i0f(float) noexcept;
HEDDLE_MATH float cyl_bessel_i0f(float x) noexcept { return __heddle_cyl_bessel_i0f(x); }
HEDDLE_LIBRARY double __heddle_cyl_bessel_i0(double) noexcept;
HEDDLE_MATH double cyl_bessel_i0(double x) noexcept { return __heddle_cyl_bessel_i0(x); }
HEDDLE_LIBRARY float __heddle_cyl_bessel_i1f(float) noexcept;
HEDDLE_MATH float cyl_bessel_i1f(float x) noexcept { return __heddle_cyl_bessel_i1f(x); }
HEDDLE_LIBRARY double __heddle_cyl_bessel_i1(double) noexcept;
HEDDLE_MATH double cyl_bessel_i1(double x) noexcept { return __heddle_cyl_bessel_i1(x); }

HEDDLE_MATH float nanf(const char*) noexcept { return __builtin_nanf(""); }
HEDDLE_MATH float pow(float x, int n) noexcept {
  return __heddle_powf(x, static_cast<float>(n));
}

// Of double, those that are exact. The roundings are to nearest even, away from zero (round), and in
// the direction of the name.
#define HEDDLE_DOUBLE(name)                                                    \
  HEDDLE_LIBRARY double __heddle_##name(double) noexcept;                      \
  HEDDLE_MATH double name(double x) noexcept { return __heddle_##name(x); }
HEDDLE_DOUBLE(floor)
HEDDLE_DOUBLE(ceil)
HEDDLE_DOUBLE(trunc)
HEDDLE_DOUBLE(round)
HEDDLE_DOUBLE(rint)
#undef HEDDLE_DOUBLE
HEDDLE_MATH double nearbyint(double x) noexcept { return __heddle_rint(x); }
HEDDLE_MATH long lrint(double x) noexcept { return static_cast<long>(__heddle_rint(x)); }
HEDDLE_MATH long long llrint(double x) noexcept {
  return static_cast<long long>(__heddle_rint(x));
}
HEDDLE_MATH long lround(double x) noexcept { return static_cast<long>(__heddle_round(x)); }
HEDDLE_MATH long long llround(double x) noexcept {
  return static_cast<long long>(__heddle_round(x));
}
HEDDLE_LIBRARY double __heddle_rsqrt(double) noexcept;
HEDDLE_MATH double rsqrt(double x) noexcept { return __heddle_rsqrt(x); }
HEDDLE_LIBRARY double __heddle_norm3d(double, double, double) noexcept;
HEDDLE_MATH double norm3d(double x, double y, double z) noexcept {
  return __heddle_norm3d(x, y, z);
}
HEDDLE_LIBRARY double __heddle_rnorm3d(double, double, double) noexcept;
HEDDLE_MATH double rnorm3d(double x, double y, double z) noexcept {
  return __heddle_rnorm3d(x, y, z);
}
HEDDLE_LIBRARY double __heddle_norm4d(double, double, double, double) noexcept;
HEDDLE_MATH double norm4d(double x, double y, double z, double w) noexcept {
  return __heddle_norm4d(x, y, z, w);
}
HEDDLE_LIBRARY double __heddle_rnorm4d(double, double, double, double) noexcept;
HEDDLE_MATH double rnorm4d(double x, double y, double z, double w) noexcept {
  return __heddle_rnorm4d(x, y, z, w);
}
HEDDLE_MATH double pow(double x, int n) noexcept {
  return __heddle_pow(x, static_cast<double>(n));
}
HEDDLE_MATH double nan(const char*) noexcept { return __builtin_nan(""); }

// The fused multiply-add in CUDA's four roundings; sums and products by it, exact but for the rounding.
HEDDLE_LIBRARY double __heddle_fma(double, double, double) noexcept;
HEDDLE_MATH double fma(double x, double y, double z) noexcept { return __heddle_fma(x, y, z); }
HEDDLE_MATH double __fma_rn(double x, double y, double z) { return __heddle_fma(x, y, z); }
#define HEDDLE_ROUNDED(direction)                                                           \
  HEDDLE_LIBRARY double __heddle_fma_##direction(double, double, double) noexcept;          \
  HEDDLE_MATH double __fma_##direction(double x, double y, double z) {                      \
    return __heddle_fma_##direction(x, y, z);                                               \
  }                                                                                         \
  HEDDLE_MATH double __dadd_##direction(double x, double y) {                               \
    return __heddle_fma_##direction(x, 1.0, y);                                             \
  }                                                                                         \
  HEDDLE_MATH double __dsub_##direction(double x, double y) {                               \
    return __heddle_fma_##direction(x, 1.0, -y);                                            \
  }                                                                                         \
  /* The zero added has the product's sign. */                                              \
  HEDDLE_MATH double __dmul_##direction(double x, double y) {                               \
    return __heddle_fma_##direction(x, y, __builtin_signbit(x) == __builtin_signbit(y) ? 0.0 : -0.0); \
  }
#define HEDDLE_DIVIDED(direction)                                              \
  HEDDLE_LIBRARY double __heddle_div_##direction(double, double) noexcept;     \
  HEDDLE_MATH double __ddiv_##direction(double x, double y) {                  \
    return __heddle_div_##direction(x, y);                                     \
  }                                                                            \
  HEDDLE_MATH double __drcp_##direction(double x) {                            \
    return __heddle_div_##direction(1.0, x);                                   \
  }                                                                            \
  HEDDLE_LIBRARY double __heddle_sqrt_##direction(double) noexcept;            \
  HEDDLE_MATH double __dsqrt_##direction(double x) { return __heddle_sqrt_##direction(x); }
HEDDLE_DIVIDED(rz)
HEDDLE_DIVIDED(ru)
HEDDLE_DIVIDED(rd)
#undef HEDDLE_DIVIDED
HEDDLE_ROUNDED(rz)
HEDDLE_ROUNDED(ru)
HEDDLE_ROUNDED(rd)
#undef HEDDLE_ROUNDED
// Never fused.
HEDDLE_MATH double __dadd_rn(double x, double y) {
#pragma clang fp contract(off)
  return x + y;
}
HEDDLE_MATH double __dsub_rn(double x, double y) {
#pragma clang fp contract(off)
  return x - y;
}
HEDDLE_MATH double __dmul_rn(double x, double y) {
#pragma clang fp contract(off)
  return x * y;
}
HEDDLE_MATH double __ddiv_rn(double x, double y) { return x / y; }
HEDDLE_MATH double __drcp_rn(double x) { return 1.0 / x; }
HEDDLE_MATH double __dsqrt_rn(double x) { return __builtin_sqrt(x); }

HEDDLE_LIBRARY double __heddle_fmin(double, double) noexcept;
HEDDLE_MATH double fmin(double x, double y) noexcept { return __heddle_fmin(x, y); }
HEDDLE_LIBRARY double __heddle_fmax(double, double) noexcept;
HEDDLE_MATH double fmax(double x, double y) noexcept { return __heddle_fmax(x, y); }
HEDDLE_LIBRARY double __heddle_fdim(double, double) noexcept;
HEDDLE_MATH double fdim(double x, double y) noexcept { return __heddle_fdim(x, y); }
HEDDLE_LIBRARY double __heddle_fmod(double, double) noexcept;
HEDDLE_MATH double fmod(double x, double y) noexcept { return __heddle_fmod(x, y); }
HEDDLE_MATH double copysign(double x, double y) noexcept { return __builtin_copysign(x, y); }
HEDDLE_MATH double abs(double x) noexcept { return __builtin_fabs(x); }
HEDDLE_LIBRARY double __heddle_ldexp(double, int) noexcept;
HEDDLE_MATH double ldexp(double x, int n) noexcept { return __heddle_ldexp(x, n); }
HEDDLE_MATH double scalbn(double x, int n) noexcept { return __heddle_ldexp(x, n); }
HEDDLE_MATH double scalbln(double x, long n) noexcept {
  return __heddle_ldexp(x, static_cast<int>(n));
}
HEDDLE_WRITES void __heddle_sincos(double, double*, double*) noexcept;
HEDDLE_MATH void sincos(double x, double* sine, double* cosine) noexcept {
  __heddle_sincos(x, sine, cosine);
}
HEDDLE_WRITES void __heddle_sincospi(double, double*, double*) noexcept;
HEDDLE_MATH void sincospi(double x, double* sine, double* cosine) noexcept {
  __heddle_sincospi(x, sine, cosine);
}
HEDDLE_WRITES double __heddle_remquo(double, double, int*) noexcept;
HEDDLE_MATH double remquo(double x, double y, int* quotient) noexcept {
  return __heddle_remquo(x, y, quotient);
}
HEDDLE_WRITES double __heddle_frexp(double, int*) noexcept;
HEDDLE_MATH double frexp(double x, int* exponent) noexcept { return __heddle_frexp(x, exponent); }
HEDDLE_WRITES double __heddle_modf(double, double*) noexcept;
HEDDLE_MATH double modf(double x, double* whole) noexcept { return __heddle_modf(x, whole); }
HEDDLE_LIBRARY int __heddle_ilogb(double) noexcept;
HEDDLE_MATH int ilogb(double x) noexcept { return __heddle_ilogb(x); }

// The other overloads for float, of functions that heddle/math.h has.
HEDDLE_MATH float abs(float x) noexcept { return __builtin_fabsf(x); }
HEDDLE_MATH float rsqrt(float x) noexcept { return rsqrtf(x); }
HEDDLE_MATH float nearbyint(float x) noexcept { return nearbyintf(x); }
HEDDLE_MATH long lrint(float x) noexcept { return lrintf(x); }
HEDDLE_MATH long long llrint(float x) noexcept { return llrintf(x); }
HEDDLE_MATH long lround(float x) noexcept { return lroundf(x); }
HEDDLE_MATH long long llround(float x) noexcept { return llroundf(x); }

#undef HEDDLE_LIBRARY
#undef HEDDLE_WRITES
#undef HEDDLE_MATH

namespace std {
using ::sin;
using ::cos;
using ::tan;
using ::asin;
using ::acos;
using ::atan;
using ::sinh;
using ::cosh;
using ::tanh;
using ::asinh;
using ::acosh;
using ::atanh;
using ::exp;
using ::exp2;
using ::expm1;
using ::log;
using ::log2;
using ::log10;
using ::log1p;
using ::cbrt;
using ::erf;
using ::erfc;
using ::lgamma;
using ::tgamma;
using ::logb;
using ::atan2;
using ::pow;
using ::hypot;
using ::fmod;
using ::remainder;
using ::fdim;
using ::nextafter;
using ::remquo;
using ::frexp;
using ::modf;
using ::ldexp;
using ::scalbn;
using ::scalbln;
using ::ilogb;
using ::nearbyint;
using ::lrint;
using ::llrint;
using ::lround;
using ::llround;
using ::abs;
}  // namespace std

#include <math.h>
#include <stdlib.h>

#include <cmath>
#include <cstdlib>
