"""Writes Tests/Golden/zarr.json: small OME-Zarr images as zarr-python stores them, each file in base64.

    pip install zarr numpy; python3 Tests/FixtureScripts/make_zarr_fixture.py Tests/Golden/zarr.json

A pixel of channel c in slice z at row y and column x is (7 y + 3 x + 50 c + 11 z) mod 251; 20 rows, 30 columns.
"""
import base64
import json
import sys
import tempfile
from pathlib import Path

import numcodecs
import numpy as np
import zarr
from zarr.codecs import BloscCodec, Crc32cCodec, GzipCodec, ZstdCodec

UNITS = {"z": "micrometer", "y": "micrometer", "x": "micrometer", "t": "second"}
KINDS = {"t": "time", "c": "channel"}
SIZES = {"t": 2.0, "z": 3.0, "y": 0.5, "x": 0.25, "c": 1.0}


def picture(**lengths):
    """The values along the axes of these lengths, in their order."""
    grid = dict(zip(lengths, np.meshgrid(*[np.arange(n) for n in lengths.values()], indexing="ij")))
    of = lambda axis: grid.get(axis, 0)
    return (7 * of("y") + 3 * of("x") + 50 * of("c") + 11 * (of("z") + 2 * of("t"))) % 251


def put(folder, name, axes, data, version, chunks, **codecs):
    group = zarr.open_group(folder / f"{name}.zarr", mode="w", zarr_format=version)
    array = group.create_array("0", shape=data.shape, dtype=data.dtype, chunks=chunks, **codecs)
    array[...] = data
    scales = {
        "axes": [{"name": a, "type": KINDS.get(a, "space"), **({"unit": UNITS[a]} if a in UNITS else {})} for a in axes],
        "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [SIZES[a] for a in axes]}]}],
    }
    if version == 2:
        group.attrs["multiscales"] = [{"version": "0.4", **scales}]
    else:
        group.attrs["ome"] = {"version": "0.5", "multiscales": [scales]}


def main():
    flat = picture(y=20, x=30)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        put(folder, "blosc-lz4", "yx", flat.astype("u1"), 2, (8, 16), compressors=numcodecs.Blosc("lz4", shuffle=1))
        put(folder, "blosc-zstd", "tczyx", flat[None, None, None].astype(">u2"), 2, (1, 1, 1, 8, 16),
            compressors=numcodecs.Blosc("zstd", shuffle=2))
        put(folder, "gzip", "yx", flat.astype("f4"), 2, (8, 16), compressors=numcodecs.GZip())
        put(folder, "zlib", "yx", flat.astype("i2"), 2, (8, 16), compressors=numcodecs.Zlib())
        put(folder, "raw", "yx", flat.astype("f8"), 2, (8, 16), compressors=None)
        put(folder, "v3-zstd", "yx", flat.astype("u1"), 3, (8, 16), compressors=ZstdCodec())
        put(folder, "v3-blosc", "cyx", flat[None].astype("u4"), 3, (1, 8, 16), compressors=BloscCodec(cname="lz4hc"))
        put(folder, "v3-checksum", "yx", flat.astype("f2"), 3, (8, 16), compressors=[GzipCodec(), Crc32cCodec()])
        put(folder, "v3-shard", "yx", flat.astype("u1"), 3, (8, 8), shards=(16, 16), compressors=ZstdCodec())
        put(folder, "v3-channels", "cyx", picture(c=3, y=20, x=30).astype("u1"), 3, (3, 8, 16))
        put(folder, "stack", "tzyx", picture(t=2, z=3, y=20, x=30).astype("u1"), 2, (1, 2, 8, 16),
            compressors=numcodecs.Zstd())
        files = {str(p.relative_to(folder)): base64.b64encode(p.read_bytes()).decode()
                 for p in sorted(folder.rglob("*")) if p.is_file()}
    Path(sys.argv[1]).write_text(json.dumps(files, indent=0) + "\n")


main()
