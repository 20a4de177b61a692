// Bins of functional coverage: the table bins.tsv made into groups that count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::coverage {

/// The values that one property of an event can have.
struct Axis {
  std::string name;
  std::vector<std::string> values;

  /// Number of a value. Throws std::out_of_range.
  std::size_t index(std::string_view value) const;
};

/// A bin for each combination of its axes' values, but for those that cannot happen.
class Group {
 public:
  Group(std::string name, std::string meaning, std::vector<const Axis*> axes);

  const std::string& name() const { return name_; }
  const std::string& meaning() const { return meaning_; }
  const std::vector<const Axis*>& axes() const { return axes_; }
  std::size_t size() const { return hits_.size(); }

  /// One value number for each axis.
  void hit(std::initializer_list<std::size_t> values) { ++hits_[place(values)]; }
  std::uint64_t hits(std::size_t bin) const { return hits_[bin]; }
  /// Hits by the values' names, for tests. Throws std::out_of_range.
  std::uint64_t hits(std::initializer_list<std::string_view> values) const;
  /// Of all bins.
  std::uint64_t total() const;
  /// Why the bin cannot be hit; empty: it can.
  const std::string& reason(std::size_t bin) const { return reasons_[reason_[bin]]; }
  /// Values, with commas between them.
  std::string bin_name(std::size_t bin) const;

  /// Excludes the bins that a pattern for each axis matches; false if there are none that another
  /// rule has not excluded.
  bool exclude(const std::vector<std::string>& patterns, const std::string& reason);

 private:
  std::size_t place(std::initializer_list<std::size_t> values) const;

  std::string name_, meaning_;
  std::vector<const Axis*> axes_;
  std::vector<std::uint64_t> hits_;
  std::vector<std::uint8_t> reason_;
  std::vector<std::string> reasons_{""};
};

/// All groups of the table.
class Bins {
 public:
  /// Reads tb/coverage/bins.tsv. Throws std::runtime_error that names the line.
  Bins();
  Bins(const Bins&) = delete;
  Bins& operator=(const Bins&) = delete;

  const Axis& axis(std::string_view name) const;
  Group& group(std::string_view name);
  const std::map<std::string, Group, std::less<>>& groups() const { return groups_; }

  /// Writes a line a bin, columns separated by tabs: group, bin, hits, why it cannot be hit. Throws
  /// std::runtime_error when the file cannot be written.
  void write(const std::string& path) const;

 private:
  void read_line(const std::vector<std::string>& columns);

  std::map<std::string, Axis, std::less<>> axes_;
  std::map<std::string, Group, std::less<>> groups_;
};

}  // namespace heddle::coverage
