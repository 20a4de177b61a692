#include "coverage/bins.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <stdexcept>

#include "isa/csr.hpp"
#include "isa/instructions.hpp"

namespace heddle::coverage {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

isa::Op op_of(std::string_view name) {
  for (std::size_t number = 1; number < isa::kOpCount; ++number) {
    if (name == isa::name(static_cast<isa::Op>(number))) return static_cast<isa::Op>(number);
  }
  throw std::out_of_range("no instruction " + std::string(name));
}

/// Values that the table takes from the instruction set, and sets of them.
std::vector<std::string> values_of(const std::string& text) {
  std::vector<std::string> values;
  if (text == "@instructions") {
    for (std::size_t number = 1; number < isa::kOpCount; ++number) {
      values.emplace_back(isa::name(static_cast<isa::Op>(number)));
    }
    return values;
  }
  if (text == "@csrs") {
    for (std::uint32_t number = 0; number < 0x1000; ++number) {
      if (isa::csr_legal(number, false)) values.emplace_back(isa::csr_name(number));
    }
    return values;
  }
  return split(text, '|');
}

bool has_property(const std::string& value, const std::string& property) {
  if (property == "@read-only") {
    for (std::uint32_t number = 0; number < 0x1000; ++number) {
      if (isa::csr_name(number) == value) return !isa::csr_legal(number, true);
    }
    throw std::out_of_range("no CSR " + value);
  }
  const isa::Info& info = isa::info(op_of(value));
  const bool reads = info.reads_rs1 || info.reads_rs2 || info.reads_rs3;
  if (property == "@names-no-register") return !reads && !info.writes_rd;
  if (property == "@memory") return info.unit == isa::Unit::kMemory;
  if (property == "@unit-takes-few") {
    return info.unit == isa::Unit::kDivide || info.unit == isa::Unit::kWarp ||
           info.unit == isa::Unit::kSfu || info.unit == isa::Unit::kCopy ||
           info.unit == isa::Unit::kMma || info.unit == isa::Unit::kTensor;
  }
  if (property == "@rounds") return info.has_rm;
  if (property == "@drains") return info.drain;
  throw std::out_of_range("no property " + property);
}

/// A pattern is `*`, or alternatives with `|` between them: values, and @properties; behind `!`:
/// everything else.
bool matches(const std::string& value, const std::string& pattern) {
  if (pattern == "*") return true;
  if (pattern.starts_with('!')) return !matches(value, pattern.substr(1));
  return std::ranges::any_of(split(pattern, '|'), [&](const std::string& part) {
    return part.starts_with('@') ? has_property(value, part) : part == value;
  });
}

}  // namespace

std::size_t Axis::index(std::string_view value) const {
  const auto found = std::ranges::find(values, value);
  if (found == values.end()) throw std::out_of_range(name + " is never " + std::string(value));
  return static_cast<std::size_t>(found - values.begin());
}

Group::Group(std::string name, std::string meaning, std::vector<const Axis*> axes)
    : name_(std::move(name)), meaning_(std::move(meaning)), axes_(std::move(axes)) {
  std::size_t bins = 1;
  for (const Axis* axis : axes_) bins *= axis->values.size();
  hits_.resize(bins);
  reason_.resize(bins);
}

std::size_t Group::place(std::initializer_list<std::size_t> values) const {
  std::size_t bin = 0, axis = 0;
  for (const std::size_t value : values) bin = bin * axes_[axis++]->values.size() + value;
  return bin;
}

std::uint64_t Group::hits(std::initializer_list<std::string_view> values) const {
  std::size_t bin = 0, axis = 0;
  for (const std::string_view value : values) {
    bin = bin * axes_.at(axis)->values.size() + axes_.at(axis)->index(value);
    ++axis;
  }
  return hits_.at(bin);
}

std::uint64_t Group::total() const {
  return std::accumulate(hits_.begin(), hits_.end(), std::uint64_t{0});
}

std::string Group::bin_name(std::size_t bin) const {
  std::string name;
  for (std::size_t axis = axes_.size(); axis-- > 0;) {
    const auto& values = axes_[axis]->values;
    name.insert(0, values[bin % values.size()] + (name.empty() ? "" : ", "));
    bin /= values.size();
  }
  return name;
}

bool Group::exclude(const std::vector<std::string>& patterns, const std::string& reason) {
  if (patterns.size() != axes_.size())
    throw std::out_of_range("a pattern for each axis of " + name_);
  std::vector<std::vector<bool>> matched;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    auto& row = matched.emplace_back();
    for (const std::string& value : axes_[axis]->values) {
      row.push_back(matches(value, patterns[axis]));
    }
  }
  reasons_.push_back(reason);
  bool any = false;
  for (std::size_t bin = 0; bin < size(); ++bin) {
    bool all = reason_[bin] == 0;
    std::size_t rest = bin;
    for (std::size_t axis = axes_.size(); axis-- > 0 && all; rest /= matched[axis].size()) {
      all = matched[axis][rest % matched[axis].size()];
    }
    if (!all) continue;
    reason_[bin] = static_cast<std::uint8_t>(reasons_.size() - 1);
    any = true;
  }
  return any;
}

Bins::Bins() {
  std::ifstream file(HEDDLE_COVERAGE_TABLE);
  if (!file) throw std::runtime_error("cannot read " HEDDLE_COVERAGE_TABLE);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    try {
      read_line(split(line, '\t'));
    } catch (const std::exception& error) {
      throw std::runtime_error(HEDDLE_COVERAGE_TABLE ":" + std::to_string(number) + ": " +
                               error.what());
    }
  }
}

void Bins::read_line(const std::vector<std::string>& columns) {
  if (columns.at(0) == "axis") {
    axes_[columns.at(1)] = {columns.at(1), values_of(columns.at(2))};
  } else if (columns.at(0) == "group") {
    std::vector<const Axis*> axes;
    for (const std::string& name : split(columns.at(2), ';')) axes.push_back(&axis(name));
    groups_.emplace(columns.at(1), Group(columns.at(1), columns.at(3), std::move(axes)));
  } else if (columns.at(0) == "never") {
    if (!group(columns.at(1)).exclude(split(columns.at(2), ';'), columns.at(3))) {
      throw std::out_of_range("excludes nothing");
    }
  } else {
    throw std::out_of_range("a line is an axis, a group, or what never happens");
  }
}

const Axis& Bins::axis(std::string_view name) const {
  const auto found = axes_.find(name);
  if (found == axes_.end()) throw std::out_of_range("no axis " + std::string(name));
  return found->second;
}

Group& Bins::group(std::string_view name) {
  const auto found = groups_.find(name);
  if (found == groups_.end()) throw std::out_of_range("no group " + std::string(name));
  return found->second;
}

void Bins::write(const std::string& path) const {
  const std::string partial = path + ".partial";
  std::ofstream file(partial);
  for (const auto& [name, group] : groups_) {
    for (std::size_t bin = 0; bin < group.size(); ++bin) {
      file << name << '\t' << group.bin_name(bin) << '\t' << group.hits(bin) << '\t'
           << group.reason(bin) << '\n';
    }
  }
  file.close();
  if (!file || std::rename(partial.c_str(), path.c_str()) != 0) {
    throw std::runtime_error("cannot write " + path);
  }
}

}  // namespace heddle::coverage
