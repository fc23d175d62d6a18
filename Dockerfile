# swift-unet for clusters:  docker build -t swift-unet .   then
#   docker run --rm --gpus all -v $PWD:/work swift-unet train cells/experiment.yaml
# Apptainer and Singularity take the image by  apptainer build swift-unet.sif docker-daemon://swift-unet:latest
FROM swift:6.2-bookworm AS build
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends make
WORKDIR /source
COPY . .
RUN make install-dependencies && make dist

FROM debian:bookworm-slim
COPY --from=build /source/.build/dist/*.deb /tmp/
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends /tmp/*.deb pocl-opencl-icd \
 && rm -rf /tmp/*.deb /var/lib/apt/lists/*
# NVIDIA's driver comes from the host, and with it its OpenCL library, which this file names.
RUN mkdir -p /etc/OpenCL/vendors && echo libnvidia-opencl.so.1 > /etc/OpenCL/vendors/nvidia.icd
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
WORKDIR /work
ENTRYPOINT ["unet"]
