# make run     installs what is missing, builds, trains the quickstart and says where its results are
# make test    every test, OpenCL included
# make check   format and warnings
# make faults  every call that can fail does (hours); make proofs  every Float32; make fuzz  hostile files
# make check-gpu  kernels compiled for GPUs that are not here: registers, memory, contraction
# make sanitize  tests under AddressSanitizer and ThreadSanitizer; make races  kernels under Oclgrind
# make install PREFIX=/usr/local   the command with its manual and completions (DESTDIR= for packages)
# make dist    the same for computers without Swift, as .tar.gz and .deb in .build/dist
# make docs    the documentation of the library, below .build/documentation
# make bench   times of this machine's device, beside PyTorch where it is there

SWIFT ?= swift
PYTHON ?= python3
CLANG_FORMAT ?= clang-format
UNET = .build/release/unet
RUN = runs/quickstart

# Debian's and Ubuntu's names: OpenCL's headers, a driver for the CPU, and the libraries that Package.swift names.
PACKAGES = opencl-headers pocl-opencl-icd pkg-config $(shell sed -n 's/.* apt: "\([^"]*\)".*/\1/p' Package.swift)
# The same for pkg-config, to see on other systems whether they are there.
LIBRARIES = $(shell sed -n 's/.* pkgConfig: "\(.*\)", apt: .*/\1/p' Package.swift)

.PHONY: run test build-tests check check-gpu faults proofs fuzz sanitize races docs bench build install dist manual install-dependencies messages

run: build
	@echo; echo "Where this machine can train (unet devices; * is what is used):"; echo
	@$(UNET) devices
	@echo; echo "Training on synthetic pictures of cells (unet train Experiments/quickstart.yaml), about a minute;"
	@echo "a graphics card's driver compiles its kernels at the first step, once for each network."; echo
	@$(UNET) train Experiments/quickstart.yaml --output $(RUN) --overwrite
	@echo; echo "Done.  In $(RUN):"; echo
	@echo "  previews            image, probability of a cell and outline, beside each other"
	@echo "  curve.svg, log.csv  loss and figures by step"
	@echo "  model.safetensors   the trained network"
	@echo "  experiment.yaml     every value of the experiment written out"
	@echo; echo "Segment other images with it, three more synthetic ones or your own:"; echo
	@echo "  $(UNET) synthesize membranes --output runs/new --count 3 --seed 101"
	@echo "  $(UNET) segment $(RUN)/model.safetensors runs/new/images.tif --output runs/new"

build: install-dependencies
	@mkdir -p .build
	@echo "building unet; the first time takes some minutes"
	@$(SWIFT) build -c release --product unet > .build/make.log 2>&1 || { cat .build/make.log; exit 1; }

# In release, since the arithmetic is slow without optimisation; with what the command opens where it is there: a launcher of processes
# that work together, and OpenSlide.  ONLY=SegmentTests runs those alone.
test: build-tests
	@! command -v apt-get >/dev/null || $(MAKE) -s install-dependencies PACKAGES="openmpi-bin libopenslide0"
	$(SWIFT) test -c release --skip-build $(addprefix --filter ,$(ONLY))

# By their products: `swift test` builds all that a dependency offers, such as a compiler of messages in C++, which takes longer than the rest.
build-tests: install-dependencies
	$(SWIFT) build -c release --product unet
	$(SWIFT) build -c release --product swift-unetPackageTests

# Warnings are told when a module is compiled, so ours are compiled again; without optimisation, which is quicker.
check:
	$(SWIFT) format lint --strict -r Sources Tests Kernels Experiments Benchmarks Plugins Package.swift
	@command -v $(CLANG_FORMAT) >/dev/null || $(MAKE) -s install-dependencies PACKAGES=clang-format
	find Kernels Sources Tests/Faults Tests/Recorder -name '*.[ch]' -o -name '*.cl' | xargs $(CLANG_FORMAT) --dry-run -Werror
	@mkdir -p .build && rm -rf .build/check.log $(addprefix .build/debug/,UNet*.build unet.build benchmark_data.build CUNet*.build CImage*.build *Tests.build)
	for product in unet benchmark-data swift-unetPackageTests; do \
	  $(SWIFT) build --product $$product >> .build/check.log 2>&1 || { cat .build/check.log; exit 1; }; \
	done
	@! grep -E '^$(CURDIR)/[^.].*warning:' .build/check.log || { echo "make check: mend the warnings above"; exit 1; }
	@echo "make check: passed"

# Each call of the system and of the driver fails once and from then on, and the process is killed at each call of those by
# which files change (Fault.kills).
# EACH=10 takes every tenth call.
EACH ?= 1
faults: build-tests
	UNET_FAULTS=$(EACH) $(SWIFT) test -c release --skip-build --filter FaultTests

# The messages of other programs' files, of their .proto files; needs protoc and protoc-gen-swift (apt: protobuf-compiler;
# `swift build --product protoc-gen-swift` in a checkout of swift-protobuf).
messages:
	cd Sources/UNetMessages && protoc --swift_opt=Visibility=Package --swift_out=. *.proto

# What no run of the tests has time for.
proofs: build-tests
	UNET_PROOFS=1 $(SWIFT) test -c release --skip-build --filter EveryFloatTests

# Each reader for FUZZ_SECONDS with inputs that grow from its seeds in Tests/Fuzz/seeds; an input that fails is kept in
# .build/fuzz/found.  5 s for an input, 2 GiB for the process.  gold, which packages are linked with, knows no libFuzzer.
FUZZ_SECONDS ?= 60
FUZZED = yaml safetensors checkpoint model tiff png jpeg npy
fuzz: export ASAN_OPTIONS = detect_leaks=0:allocator_may_return_null=1
fuzz: export SWIFT_BACKTRACE = enable=no
fuzz: install-dependencies
	UNET_FUZZ=1 $(SWIFT) build -c release --scratch-path .build/fuzz --product fuzz --sanitize=address \
	  -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library -Xcc -fsanitize=fuzzer-no-link \
	  -Xswiftc -Xclang-linker -Xswiftc -fuse-ld=lld
	@for reader in $(FUZZED); do \
	  mkdir -p .build/fuzz/corpus/$$reader .build/fuzz/found; \
	  FUZZED=$$reader .build/fuzz/release/fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=2048 -max_len=65536 \
	    -print_final_stats=1 -artifact_prefix=.build/fuzz/found/$$reader- .build/fuzz/corpus/$$reader \
	    Tests/Fuzz/seeds/$$reader > .build/fuzz/$$reader.log 2>&1 || { cat .build/fuzz/$$reader.log; exit 1; }; \
	  echo "$$reader:" $$(sed -n 's/^stat::number_of_executed_units: *//p' .build/fuzz/$$reader.log) inputs; \
	done

# The suites that need no driver, whose own code the sanitizers do not know, and that measure no memory.
SANITIZERS ?= address thread
SANITIZED = CPUTests RuntimeTests FilesTests InterchangeTests ImagesTests DataTests EvaluationTests GraphTests \
  NetworksTests NumericsTests SegmentationTests samplesComeInOrder
sanitize: export ASAN_OPTIONS = detect_leaks=0:allocator_may_return_null=1
sanitize: export TSAN_OPTIONS = allocator_may_return_null=1
sanitize: install-dependencies
	for sanitizer in $(SANITIZERS); do \
	  options="-c release --scratch-path .build/$$sanitizer --sanitize=$$sanitizer"; \
	  $(SWIFT) build $$options --product swift-unetPackageTests && \
	  $(SWIFT) test $$options --skip-build $(addprefix --filter ,$(SANITIZED)) \
	    --skip ReadingMemoryTests || exit 1; \
	done

# The smallest case of each operation by both schedules on a device that watches every access to memory.  Oclgrind 21.10
# lacks instructions that LLVM makes of optimised transforms.
races: export XDG_CACHE_HOME = $(CURDIR)/.build/oclgrind
races: build
	@$(MAKE) -s install-dependencies PACKAGES=oclgrind
	oclgrind --data-races --build-options "-cl-opt-disable -DWATCHED" $(UNET) parity --device opencl:0 --smallest > .build/races.log 2>&1 \
	  || { cat .build/races.log; exit 1; }
	@cat .build/races.log
	@! grep -E 'error|race|Invalid' .build/races.log
	@for schedule in vector tile; do test `grep -c "^  $$schedule .* 0 bits differ" .build/races.log` -ge 17 || exit 1; done

# Programs that a GPU is asked to build for the paper's network, compiled for GPUs that are not here: an H100's, and those of
# one of Intel's, whose items are smaller.  A target whose compiler is missing is skipped and says why.
GPU_CODE = .build/gpu-code
check-gpu: build
	@$(MAKE) -s install-dependencies PACKAGES="clang-16 libclc-16 rocm-device-libs intel-opencl-icd" || true
	@rm -rf $(GPU_CODE) && mkdir -p $(GPU_CODE)/large $(GPU_CODE)/intel $(GPU_CODE)/vector
	@clang -O1 -shared -fPIC -o $(GPU_CODE)/recorder.so Tests/Recorder/recorder.c -lm
	@record() { LD_PRELOAD=$(GPU_CODE)/recorder.so $(UNET) bench --device opencl --runs 1 --numerics $$numerics > $(GPU_CODE)/log 2>&1 \
	  || { cat $(GPU_CODE)/log; exit 1; }; }; \
	for numerics in winograd direct; do \
	  RECORD_PROGRAMS=$(GPU_CODE)/large record; \
	  RECORD_PROGRAMS=$(GPU_CODE)/large RECORD_NAME="NVIDIA H200" record; \
	  UNET_SCHEDULE=vector RECORD_PROGRAMS=$(GPU_CODE)/vector record; \
	  RECORD_PROGRAMS=$(GPU_CODE)/intel RECORD_VENDOR=32902 RECORD_UNITS=512 RECORD_LOCAL=65536 record; \
	done
	$(PYTHON) Tests/Recorder/gpu_code.py $(GPU_CODE)/large sm_90,gfx1030,gfx90a,gfx1100
	$(PYTHON) Tests/Recorder/gpu_code.py $(GPU_CODE)/intel dg2
	$(PYTHON) Tests/Recorder/gpu_code.py $(GPU_CODE)/vector sm_90,gfx1030

# The types lie in the modules that SwiftUNet brings along, so all of them are documented, with links from one to another.
# A module is documented after those that it imports.  UNET_DOCS adds the plugin to the package.
docs: export UNET_DOCS = 1
docs: install-dependencies
	@mkdir -p .build
	$(SWIFT) package --scratch-path .build/docs --allow-writing-to-directory .build/documentation generate-documentation \
	  --enable-experimental-combined-documentation --warnings-as-errors --output-path .build/documentation \
	  $(addprefix --target ,SwiftUNet $(shell sed -n 's/^@_exported import \(UNet.*\)/\1/p' Sources/SwiftUNet/SwiftUNet.swift))

# Paragraphs of a manual that are tables keep their lines.
define KEEP_TABLES
function flush(i) {
  if (n && table) print ".Bd -literal"
  for (i = 0; i < n; i++) print lines[i]
  if (n && table) print ".Ed"
  n = table = 0
}
/^$$/ { flush(); print ".Pp"; next }
/^\./ { flush(); print; next }
{ lines[n++] = $$0; if ($$0 ~ /^ / || $$0 ~ /[^.]   /) table = 1 }
END { flush() }
endef
export KEEP_TABLES

# The manual of each verb, by the plugin of swift-argument-parser.
manual: build
	@rm -rf .build/manual && mkdir -p .build/manual
	@$(SWIFT) package -c release --allow-writing-to-directory .build/manual generate-manual --multi-page > .build/manual.log 2>&1 \
	  || { cat .build/manual.log; exit 1; }
	@for page in .build/plugins/GenerateManual/outputs/unet/*.1; do awk "$$KEEP_TABLES" $$page > .build/manual/$${page##*/}; done

PREFIX ?= /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share
install: manual
	@$(MAKE) -s install-built

install-built:
	install -D -m 755 $(UNET) $(DESTDIR)$(PREFIX)/bin/unet
	install -d $(SHARE)/man/man1 $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	install -m 644 .build/manual/*.1 $(SHARE)/man/man1
	$(UNET) --generate-completion-script bash > $(SHARE)/bash-completion/completions/unet
	$(UNET) --generate-completion-script zsh > $(SHARE)/zsh/site-functions/_unet
	$(UNET) --generate-completion-script fish > $(SHARE)/fish/vendor_completions.d/unet.fish

# A binary that brings Swift along, and the packages of the system that it needs, as dpkg knows them.
DIST = .build/dist
dist: manual
	$(SWIFT) build -c release --product unet --static-swift-stdlib --scratch-path .build/static
	rm -rf $(DIST) && mkdir -p $(DIST)
	strip -o $(DIST)/unet .build/static/release/unet
	@version=$$($(DIST)/unet --version | cut -d ' ' -f 2); arch=$$(dpkg --print-architecture); name=swift-unet_$${version}_$$arch; \
	$(MAKE) -s install-built UNET=$(DIST)/unet PREFIX=/usr DESTDIR=$(DIST)/$$name > /dev/null && gzip -9n $(DIST)/$$name/usr/share/man/man1/*.1 && \
	tar -C $(DIST)/$$name/usr --owner 0 --group 0 -czf $(DIST)/$$name.tar.gz . && \
	needed=$$(ldd $(DIST)/unet | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | xargs -n 1 realpath | while read file; do \
	  dpkg -S $$file 2>/dev/null || dpkg -S $${file#/usr} 2>/dev/null; done | cut -d : -f 1 | sort -u | paste -sd , | sed 's/,/, /g') && \
	mkdir $(DIST)/$$name/DEBIAN && \
	printf '%s\n' "Package: swift-unet" "Version: $$version" "Architecture: $$arch" "Section: science" "Priority: optional" \
	  "Maintainer: the swift-unet project" "Depends: $$needed" "Recommends: pocl-opencl-icd" \
	  "Installed-Size: $$(du -sk $(DIST)/$$name | cut -f 1)" \
	  "Description: trains and runs the U-Net on any OpenCL device" \
	  " The network of Ronneberger, Fischer and Brox (2015) for images of microscopes," \
	  " with the same results on graphics cards and processors." > $(DIST)/$$name/DEBIAN/control && \
	dpkg-deb --root-owner-group --build $(DIST)/$$name $(DIST)/$$name.deb > /dev/null && ls -l $(DIST)/*.deb $(DIST)/*.tar.gz

# Beside PyTorch where Python has it, else ours alone.
bench: build
	@if $(PYTHON) -c 'import numpy, torch' 2>/dev/null; then \
	  echo "$(PYTHON) Benchmarks/compare.py"; $(PYTHON) Benchmarks/compare.py; \
	else \
	  echo "$(PYTHON) has no torch: timing swift-unet alone"; $(UNET) bench; \
	fi

install-dependencies:
	@if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then \
	  missing=$$(for package in $(PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || echo $$package; done); \
	  if [ -n "$$missing" ]; then \
	    echo "installing" $$missing; \
	    sudo=; if [ "$$(id -u)" != 0 ]; then sudo=sudo; fi; \
	    log=$$(mktemp); \
	    { $$sudo apt-get update -qq && \
	      $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing; \
	    } > $$log 2>&1 || { cat $$log; rm -f $$log; exit 1; }; \
	    rm -f $$log; \
	  fi; \
	else \
	  for library in $(LIBRARIES); do pkg-config --exists $$library || missing="$$missing $$library"; done; \
	  if [ -n "$$missing" ]; then \
	    echo "no apt-get here: install, with their headers, the libraries that pkg-config calls:$$missing"; exit 1; \
	  fi; \
	fi
