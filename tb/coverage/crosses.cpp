#include "coverage/crosses.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "coverage/cross_writer.hpp"

namespace heddle::coverage {
namespace {

/// Does the place make an instruction of this kind wait, with that writer before it?
bool sensible(std::uint32_t kind, Group group, Writer writer, Place place) {
  const bool drains = kind == 3 || kind == 6 || kind == 9 || kind == 10;
  const bool memory = kind >= 7 && kind <= 10;
  switch (place) {
    case Place::kFence:
    case Place::kBarrier: return writer == Writer::kNone;  // nothing is in flight behind it
    case Place::kStores: return drains;
    case Place::kParked: return writer != Writer::kNone;
    case Place::kMerge: return group == Group::kEveryone && writer != Writer::kNone;
    case Place::kFullQueue: return memory;
    case Place::kSameUnit: return kind >= 11;
    default: return true;
  }
}

struct Combination {
  Op op = Op::kIllegal;  ///< of a kind: kIllegal
  std::uint32_t kind = 0;
  Group group = Group::kEveryone;
  Writer writer = Writer::kNone;
  Place place = Place::kNothing;
  bool any_place = false;
};

std::vector<Combination> combinations(bool parted) {
  std::vector<Combination> all;
  for (std::uint32_t group = 0; group < (parted ? 3U : 1U); ++group) {
    for (std::uint32_t w = 0; w < kWriters; ++w) {
      const auto writer = static_cast<Writer>(w);
      for (const Op op : ordinary_instructions()) {
        all.push_back({op, kind_of(op), static_cast<Group>(group), writer, Place::kNothing, true});
      }
      for (std::uint32_t kind = 0; kind < kKinds; ++kind) {
        for (std::uint32_t place = 0; place < kPlaces; ++place) {
          if (!sensible(kind, static_cast<Group>(group), writer, static_cast<Place>(place)))
            continue;
          all.push_back({Op::kIllegal, kind, static_cast<Group>(group), writer,
                         static_cast<Place>(place), false});
        }
      }
    }
  }
  if (parted) return all;
  for (const Op op : ordinary_instructions()) {
    for (const Place place : {Place::kFence, Place::kLongWait, Place::kBarrier}) {
      all.push_back({op, kind_of(op), Group::kEveryone, Writer::kNone, place, false});
    }
  }
  return all;
}

/// Can an instruction of a kind stand for it, with that writer and place?
bool suits(Op op, Writer writer, Place place) {
  const isa::Info& info = isa::info(op);
  if (writer == Writer::kNone) return true;
  if (place == Place::kStores && op == Op::kWarpsync) return false;  // does not drain
  return info.reads_rs1 || info.reads_rs2 || info.writes_rd;
}

constexpr std::uint32_t kBlocks = 60;         // of a program
constexpr std::uint32_t kShapes = 3;          // 32 threads, 1, and some
constexpr std::uint32_t kCtas = 4;            // of one warp each, at most
constexpr std::uint32_t kEndings = kWriters;  // of each shape

const std::vector<Combination>& combinations_of(std::uint32_t shape) {
  static const std::array<std::vector<Combination>, 2> both{combinations(true),
                                                            combinations(false)};
  return both[shape == 0 ? 0 : 1];
}

std::uint32_t programs_of(std::uint32_t shape) {
  const auto count = static_cast<std::uint32_t>(combinations_of(shape).size());
  return (count + kBlocks - 1) / kBlocks + kEndings;
}

random::Program ending(CrossWriter& writing, std::uint32_t shape, std::uint32_t number,
                       Choice& choice) {
  const auto place = [&choice] {
    return choice.one_in(2) ? Place::kNothing : static_cast<Place>(choice.below(kPlaces - 3));
  };
  if (shape == 0 && number == 0) {
    for (std::uint32_t w = 0; w < kWriters; ++w) {
      writing.end_threads(Op::kEcall, 1U << w, static_cast<Writer>(w), Place::kNothing);
      writing.end_threads(Op::kEcall, 0xc0U << 2 * w, static_cast<Writer>(w), Place::kNothing);
    }
    for (std::uint32_t thread = 18; thread < 24; ++thread) {
      writing.end_threads(Op::kExit, 1U << thread, Writer::kNone, place());
    }
    for (std::uint32_t thread = 24; thread < 30; thread += 2) {
      writing.end_threads(Op::kExit, 3U << thread, Writer::kNone, place());
    }
  }
  const Op op = number == 0 && choice.one_in(2) ? Op::kExit : Op::kEcall;
  writing.end_threads(op, ~0U, static_cast<Writer>(number),
                      op == Op::kExit ? place() : Place::kNothing);
  return writing.finish(kCtas);
}

}  // namespace

std::uint32_t cross_programs() {
  std::uint32_t count = 0;
  for (std::uint32_t shape = 0; shape < kShapes; ++shape) count += programs_of(shape);
  return count + 1;  // special functions
}

random::Program cross_program(std::uint32_t number, std::uint32_t round) {
  Choice choice(std::uint64_t{round} << 32 | number);
  if (number == cross_programs() - 1) {
    CrossWriter writing(choice.bits(), 32);
    writing.special_functions();
    return writing.finish(1);
  }
  std::uint32_t shape = 0;
  while (number >= programs_of(shape)) number -= programs_of(shape++);
  CrossWriter writing(choice.bits(), shape == 0 ? 32 : shape == 1 ? 1 : choice.between(2, 31));
  const std::vector<Combination>& all = combinations_of(shape);
  const std::uint32_t programs = programs_of(shape) - kEndings;
  if (number >= programs) return ending(writing, shape, number - programs, choice);
  const std::vector<Op> ops = ordinary_instructions();
  // Every so many combinations, so that a program has instructions of all kinds.
  for (std::size_t i = number; i < all.size(); i += programs) {
    Combination now = all[i];
    while (now.op == Op::kIllegal) {
      const Op op = choice.of(ops);
      if (kind_of(op) == now.kind && suits(op, now.writer, now.place)) now.op = op;
    }
    // Most places take the time that a result needs.
    if (now.writer != Writer::kNone && !choice.one_in(6)) now.any_place = false;
    while (now.any_place) {
      now.place = static_cast<Place>(choice.below(kPlaces));
      now.any_place = !sensible(now.kind, now.group, now.writer, now.place);
    }
    writing.block(now.op, now.group, now.writer, now.place);
  }
  return writing.finish(choice.one_in(4) ? 1 : kCtas);
}

}  // namespace heddle::coverage
