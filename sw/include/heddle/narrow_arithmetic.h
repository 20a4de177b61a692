// Arithmetic of a 16-bit float type, for cuda_fp16.h and cuda_bf16.h: no include guard. HEDDLE_T
// and HEDDLE_T2 are the types; heddle_float(HEDDLE_T) and HEDDLE_FROM_FLOAT convert.
//
// Sums, products, quotients and square roots are rounded to float first. A float has more than
// twice the digits of either type and two, so the second rounding gives what one would have given;
// sums below a float's normal range are exact. A fused multiply-add goes through rounding to odd.

#define HEDDLE_FN static __host__ __device__ __forceinline__

HEDDLE_FN HEDDLE_T __hadd(HEDDLE_T a, HEDDLE_T b) {
  return HEDDLE_FROM_FLOAT(heddle_float(a) + heddle_float(b));
}
HEDDLE_FN HEDDLE_T __hsub(HEDDLE_T a, HEDDLE_T b) {
  return HEDDLE_FROM_FLOAT(heddle_float(a) - heddle_float(b));
}
HEDDLE_FN HEDDLE_T __hmul(HEDDLE_T a, HEDDLE_T b) {
  return HEDDLE_FROM_FLOAT(heddle_float(a) * heddle_float(b));
}
HEDDLE_FN HEDDLE_T __hdiv(HEDDLE_T a, HEDDLE_T b) {
  return HEDDLE_FROM_FLOAT(heddle_float(a) / heddle_float(b));
}
HEDDLE_FN HEDDLE_T __hfma(HEDDLE_T a, HEDDLE_T b, HEDDLE_T c) {
  return HEDDLE_FROM_FLOAT(heddle_fma_to_odd(heddle_float(a), heddle_float(b), heddle_float(c)));
}
HEDDLE_FN HEDDLE_T __hadd_rn(HEDDLE_T a, HEDDLE_T b) { return __hadd(a, b); }
HEDDLE_FN HEDDLE_T __hsub_rn(HEDDLE_T a, HEDDLE_T b) { return __hsub(a, b); }
HEDDLE_FN HEDDLE_T __hmul_rn(HEDDLE_T a, HEDDLE_T b) { return __hmul(a, b); }
HEDDLE_FN HEDDLE_T __hneg(HEDDLE_T a) {
  return heddle_from_bits<HEDDLE_T>(static_cast<unsigned short>(heddle_bits(a) ^ 0x8000));
}
HEDDLE_FN HEDDLE_T __habs(HEDDLE_T a) {
  return heddle_from_bits<HEDDLE_T>(static_cast<unsigned short>(heddle_bits(a) & 0x7fff));
}
HEDDLE_FN HEDDLE_T __hmin(HEDDLE_T a, HEDDLE_T b) {
  return HEDDLE_FROM_FLOAT(heddle_minimum(heddle_float(a), heddle_float(b)));
}
HEDDLE_FN HEDDLE_T __hmax(HEDDLE_T a, HEDDLE_T b) {
  return HEDDLE_FROM_FLOAT(heddle_maximum(heddle_float(a), heddle_float(b)));
}
HEDDLE_FN HEDDLE_T hsqrt(HEDDLE_T a) { return HEDDLE_FROM_FLOAT(__builtin_sqrtf(heddle_float(a))); }
HEDDLE_FN HEDDLE_T hrcp(HEDDLE_T a) { return HEDDLE_FROM_FLOAT(1.0F / heddle_float(a)); }
HEDDLE_FN HEDDLE_T hfloor(HEDDLE_T a) {
  return HEDDLE_FROM_FLOAT(__builtin_floorf(heddle_float(a)));
}
HEDDLE_FN HEDDLE_T hceil(HEDDLE_T a) { return HEDDLE_FROM_FLOAT(__builtin_ceilf(heddle_float(a))); }
HEDDLE_FN HEDDLE_T htrunc(HEDDLE_T a) {
  return HEDDLE_FROM_FLOAT(__builtin_truncf(heddle_float(a)));
}
HEDDLE_FN HEDDLE_T hrint(HEDDLE_T a) { return HEDDLE_FROM_FLOAT(__builtin_rintf(heddle_float(a))); }
HEDDLE_FN bool __hisnan(HEDDLE_T a) { return heddle_is_nan(heddle_float(a)); }
HEDDLE_FN int __hisinf(HEDDLE_T a) {
  const float value = heddle_float(a);
  return value == __builtin_inff() ? 1 : (value == -__builtin_inff() ? -1 : 0);
}

// Comparisons; those with u are true for NaNs.
#define HEDDLE_COMPARE(name, operation)                                             \
  HEDDLE_FN bool __h##name(HEDDLE_T a, HEDDLE_T b) {                                \
    return heddle_float(a) operation heddle_float(b);                               \
  }                                                                                 \
  HEDDLE_FN bool __h##name##u(HEDDLE_T a, HEDDLE_T b) {                             \
    return __hisnan(a) || __hisnan(b) || heddle_float(a) operation heddle_float(b); \
  }                                                                                 \
  HEDDLE_FN HEDDLE_T2 __h##name##2(HEDDLE_T2 a, HEDDLE_T2 b) {                      \
    return HEDDLE_T2(HEDDLE_FROM_FLOAT(__h##name(a.x, b.x) ? 1.0F : 0.0F),          \
                     HEDDLE_FROM_FLOAT(__h##name(a.y, b.y) ? 1.0F : 0.0F));         \
  }                                                                                 \
  HEDDLE_FN bool __hb##name##2(HEDDLE_T2 a, HEDDLE_T2 b) {                          \
    return __h##name(a.x, b.x) && __h##name(a.y, b.y);                              \
  }
HEDDLE_COMPARE(eq, ==)
HEDDLE_COMPARE(lt, <)
HEDDLE_COMPARE(le, <=)
HEDDLE_COMPARE(gt, >)
HEDDLE_COMPARE(ge, >=)
#undef HEDDLE_COMPARE
HEDDLE_FN bool __hneu(HEDDLE_T a, HEDDLE_T b) { return !__heq(a, b); }
HEDDLE_FN bool __hne(HEDDLE_T a, HEDDLE_T b) {
  return !__hisnan(a) && !__hisnan(b) && !__heq(a, b);
}

// Element by element.
#define HEDDLE_PAIR(name, single) \
  HEDDLE_FN HEDDLE_T2 name(HEDDLE_T2 a) { return HEDDLE_T2(single(a.x), single(a.y)); }
HEDDLE_PAIR(__hneg2, __hneg)
HEDDLE_PAIR(__habs2, __habs)
HEDDLE_PAIR(h2sqrt, hsqrt)
HEDDLE_PAIR(h2rcp, hrcp)
HEDDLE_PAIR(h2floor, hfloor)
HEDDLE_PAIR(h2ceil, hceil)
HEDDLE_PAIR(h2trunc, htrunc)
HEDDLE_PAIR(h2rint, hrint)
#undef HEDDLE_PAIR
#define HEDDLE_PAIR(name, single)                         \
  HEDDLE_FN HEDDLE_T2 name(HEDDLE_T2 a, HEDDLE_T2 b) {    \
    return HEDDLE_T2(single(a.x, b.x), single(a.y, b.y)); \
  }
HEDDLE_PAIR(__hadd2, __hadd)
HEDDLE_PAIR(__hsub2, __hsub)
HEDDLE_PAIR(__hmul2, __hmul)
HEDDLE_PAIR(__h2div, __hdiv)
HEDDLE_PAIR(__hadd2_rn, __hadd)
HEDDLE_PAIR(__hsub2_rn, __hsub)
HEDDLE_PAIR(__hmul2_rn, __hmul)
HEDDLE_PAIR(__hmin2, __hmin)
HEDDLE_PAIR(__hmax2, __hmax)
#undef HEDDLE_PAIR
HEDDLE_FN HEDDLE_T2 __hfma2(HEDDLE_T2 a, HEDDLE_T2 b, HEDDLE_T2 c) {
  return HEDDLE_T2(__hfma(a.x, b.x, c.x), __hfma(a.y, b.y, c.y));
}

// Operators, of single values and of pairs.
#define HEDDLE_OPERATORS(type, plus, minus, times, divided)                        \
  HEDDLE_FN type operator+(const type& a, const type& b) { return plus(a, b); }    \
  HEDDLE_FN type operator-(const type& a, const type& b) { return minus(a, b); }   \
  HEDDLE_FN type operator*(const type& a, const type& b) { return times(a, b); }   \
  HEDDLE_FN type operator/(const type& a, const type& b) { return divided(a, b); } \
  HEDDLE_FN type& operator+=(type& a, const type& b) { return a = a + b; }         \
  HEDDLE_FN type& operator-=(type& a, const type& b) { return a = a - b; }         \
  HEDDLE_FN type& operator*=(type& a, const type& b) { return a = a * b; }         \
  HEDDLE_FN type& operator/=(type& a, const type& b) { return a = a / b; }         \
  HEDDLE_FN type operator+(const type& a) { return a; }
HEDDLE_OPERATORS(HEDDLE_T, __hadd, __hsub, __hmul, __hdiv)
HEDDLE_OPERATORS(HEDDLE_T2, __hadd2, __hsub2, __hmul2, __h2div)
#undef HEDDLE_OPERATORS
HEDDLE_FN HEDDLE_T operator-(const HEDDLE_T& a) { return __hneg(a); }
HEDDLE_FN HEDDLE_T2 operator-(const HEDDLE_T2& a) { return __hneg2(a); }
HEDDLE_FN bool operator==(const HEDDLE_T& a, const HEDDLE_T& b) { return __heq(a, b); }
HEDDLE_FN bool operator!=(const HEDDLE_T& a, const HEDDLE_T& b) { return __hneu(a, b); }
HEDDLE_FN bool operator<(const HEDDLE_T& a, const HEDDLE_T& b) { return __hlt(a, b); }
HEDDLE_FN bool operator<=(const HEDDLE_T& a, const HEDDLE_T& b) { return __hle(a, b); }
HEDDLE_FN bool operator>(const HEDDLE_T& a, const HEDDLE_T& b) { return __hgt(a, b); }
HEDDLE_FN bool operator>=(const HEDDLE_T& a, const HEDDLE_T& b) { return __hge(a, b); }
HEDDLE_FN bool operator==(const HEDDLE_T2& a, const HEDDLE_T2& b) { return __hbeq2(a, b); }

// Atomic additions, by compare and swap of the word: one of a pair's word is atomic as a whole.
static __device__ __forceinline__ HEDDLE_T atomicAdd(HEDDLE_T* address, HEDDLE_T value) {
  const auto place = reinterpret_cast<unsigned long>(address);
  const auto shift = static_cast<unsigned int>(place & 2) * 8;
  const unsigned int old = heddle_atomic_replace(
      reinterpret_cast<unsigned int*>(place & ~3UL), [=](unsigned int word) {
        const auto before = heddle_from_bits<HEDDLE_T>(static_cast<unsigned short>(word >> shift));
        const unsigned int sum = heddle_bits(__hadd(before, value));
        return (word & ~(0xffffU << shift)) | sum << shift;
      });
  return heddle_from_bits<HEDDLE_T>(static_cast<unsigned short>(old >> shift));
}
static __device__ __forceinline__ HEDDLE_T2 atomicAdd(HEDDLE_T2* address, HEDDLE_T2 value) {
  return __builtin_bit_cast(
      HEDDLE_T2, heddle_atomic_replace(reinterpret_cast<unsigned int*>(address),
                                       [=](unsigned int word) {
                                         return __builtin_bit_cast(
                                             unsigned int,
                                             __hadd2(__builtin_bit_cast(HEDDLE_T2, word), value));
                                       }));
}

HEDDLE_SHUFFLES(HEDDLE_T)
HEDDLE_SHUFFLES(HEDDLE_T2)

#undef HEDDLE_FN
