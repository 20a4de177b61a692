# Catch2 tests.
#
#   heddle_add_tests(NAME SOURCES file... [LIBRARIES target...] [TIMEOUT seconds] [LABELS label...])
#
# makes the program build/bin/tests/NAME, linked with heddle_model, and registers it with ctest.
find_package(Catch2 REQUIRED)
if(Catch2_VERSION VERSION_GREATER_EQUAL 3)
  add_library(heddle_catch_main INTERFACE)
  target_include_directories(heddle_catch_main INTERFACE ${PROJECT_SOURCE_DIR}/tb/support/catch3)
  target_link_libraries(heddle_catch_main INTERFACE Catch2::Catch2WithMain)
else()
  add_library(heddle_catch_main STATIC ${PROJECT_SOURCE_DIR}/tb/support/catch_main.cpp)
endif()

function(heddle_add_tests NAME)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 900)
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE heddle_model heddle_catch_main ${ARG_LIBRARIES})
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin/tests)
  add_test(NAME ${NAME} COMMAND ${NAME})
  set_tests_properties(${NAME} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
  if(ARG_LABELS)
    set_tests_properties(${NAME} PROPERTIES LABELS "${ARG_LABELS}")
  endif()
endfunction()
