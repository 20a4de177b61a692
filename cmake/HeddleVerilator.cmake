# RTL modules as C++ classes.
#
#   heddle_config_header(CONFIG)
#
# keeps build/config/CONFIG/heddle_config.svh, the design point for heddle_pkg, up to date. CONFIG is a name of configs/, or
# the absolute path of another such file; the folder then has the file's name.
#
#   heddle_verilated_module(TARGET TOP module SOURCES file.sv... [CONFIG config] [ARGS verilator-arguments...])
#
# makes a static library with the class V<module> from heddle_pkg and the given files. CONFIG: default nano.
find_program(HEDDLE_VERILATOR verilator REQUIRED)
execute_process(COMMAND ${HEDDLE_VERILATOR} --getenv VERILATOR_ROOT
  OUTPUT_VARIABLE HEDDLE_VERILATOR_ROOT OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

find_package(ZLIB REQUIRED)
add_library(heddle_verilator_runtime STATIC
  ${HEDDLE_VERILATOR_ROOT}/include/verilated.cpp
  ${HEDDLE_VERILATOR_ROOT}/include/verilated_cov.cpp
  ${HEDDLE_VERILATOR_ROOT}/include/verilated_fst_c.cpp
  ${HEDDLE_VERILATOR_ROOT}/include/verilated_threads.cpp)
target_include_directories(heddle_verilator_runtime SYSTEM PUBLIC
  ${HEDDLE_VERILATOR_ROOT}/include ${HEDDLE_VERILATOR_ROOT}/include/vltstd)
target_link_libraries(heddle_verilator_runtime PUBLIC Threads::Threads ZLIB::ZLIB)
set_target_properties(heddle_verilator_runtime PROPERTIES
  HEDDLE_GENERATED_CODE ON POSITION_INDEPENDENT_CODE ON)

function(heddle_config_header CONFIG)
  cmake_path(GET CONFIG STEM name)
  set(header ${CMAKE_BINARY_DIR}/config/${name}/heddle_config.svh)
  set(toml ${PROJECT_SOURCE_DIR}/configs/${name}.toml)
  if(IS_ABSOLUTE ${CONFIG})
    set(toml ${CONFIG})
  endif()
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${toml} ${PROJECT_SOURCE_DIR}/configs/generate.py)
  execute_process(COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/configs/generate.py ${toml} ${header}
    COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(heddle_verilated_module TARGET)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TOP;CONFIG" "SOURCES;ARGS")
  if(NOT ARG_CONFIG)
    set(ARG_CONFIG nano)
  endif()
  heddle_config_header(${ARG_CONFIG})
  cmake_path(GET ARG_CONFIG STEM config)
  set(config_folder ${CMAKE_BINARY_DIR}/config/${config})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${TARGET}.verilated)
  set(archive ${folder}/V${ARG_TOP}__ALL.a)
  list(TRANSFORM ARG_SOURCES REPLACE "^([^/].*)$" "${CMAKE_CURRENT_SOURCE_DIR}/\\1")
  file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/rtl/*/*.svh)
  set(optimize "-O2 -fPIC")
  if(HEDDLE_NATIVE)
    string(APPEND optimize " -march=native")
  endif()
  add_custom_command(
    OUTPUT ${archive} ${folder}/V${ARG_TOP}.h
    COMMAND ${CMAKE_COMMAND} -E env OBJCACHE=${HEDDLE_CCACHE}
      ${PROJECT_SOURCE_DIR}/cmake/quiet ${TARGET}.log ${HEDDLE_VERILATOR} --cc --build --assert -Wall
      --top-module ${ARG_TOP} --Mdir ${folder} -CFLAGS ${optimize} -I${config_folder}
      -I${PROJECT_SOURCE_DIR}/rtl/generated -I${PROJECT_SOURCE_DIR}/rtl/common ${ARG_ARGS}
      ${PROJECT_SOURCE_DIR}/ci/lint.vlt ${PROJECT_SOURCE_DIR}/rtl/heddle_pkg.sv ${ARG_SOURCES}
    DEPENDS ${ARG_SOURCES} ${headers} ${PROJECT_SOURCE_DIR}/rtl/heddle_pkg.sv ${config_folder}/heddle_config.svh
      ${PROJECT_SOURCE_DIR}/ci/lint.vlt
    COMMENT "Verilating ${ARG_TOP} (${config})"
    VERBATIM)
  add_custom_target(${TARGET}_verilated DEPENDS ${archive})
  add_library(${TARGET} INTERFACE)
  add_dependencies(${TARGET} ${TARGET}_verilated)
  target_include_directories(${TARGET} SYSTEM INTERFACE ${folder})
  target_link_libraries(${TARGET} INTERFACE ${archive} heddle_verilator_runtime)
endfunction()
