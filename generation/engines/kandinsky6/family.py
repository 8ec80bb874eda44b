"""What is particular about Kandinsky 6: its grid, its tags, its licence. No torch."""

from __future__ import annotations

import re
from pathlib import Path

from generation.engines.diffusion.family import Grid, Licence, Model
from generation.engines.diffusion.options import Options
from generation.engines.diffusion.places import Place
from generation.engines.diffusion.wording import joined, scene_of, sounds_of, who_says
from generation.spec import RenderSpec

# The autoencoder's 8 pixels in patches of two; 4 frames a latent.
SIDE, STEP = 16, 4
# The base model is for standard definition; above it, pictures are enlarged.
LINES_MAX = 480
_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]")

LICENCE = Licence(
    name="not confirmed; the code of the project is MIT",
    notice=(
        "The licence of the weights was not read at its source: read the model card of the "
        "checkpoint that you name before you use it."
    ),
    url="https://huggingface.co/kandinskylab",
)


class Kandinsky6Family:
    """Kandinsky 6 through diffusers, distilled or not."""

    title = "Kandinsky 6"
    setting = "KANDINSKY6_MODEL"
    example = "kandinskylab/Kandinsky-6.0-Pro-distill-5s-Diffusers"
    licence = LICENCE
    # An estimate, not measured: sampling 5 s of 480 lines, and decoding them in tiles.
    working_bytes = 12 * 2**30
    unused: frozenset[str] = frozenset()

    def grid(self, *, is_draft: bool) -> Grid:
        return Grid(side=SIDE, step=STEP, lines_max=LINES_MAX)

    def accepts(self, pipeline_class: str) -> bool:
        return pipeline_class == "Kandinsky6TI2VAPipeline"

    def text_of(self, spec: RenderSpec) -> str:
        """Speech stands between <S> and <E>, every other sound between <AUDCAP> and <ENDAUDCAP>."""
        scene = _QUOTED.sub(r"<S>\1<E>", scene_of(spec))
        said = [f"{who_says(line)} says: <S>{line.text}<E>" for line in spec.sound.lines]
        heard = sounds_of(spec)
        return joined(scene, *said, f"<AUDCAP>{heard}<ENDAUDCAP>" if heard else "")

    def load(self, folder: Path, place: Place, options: Options) -> Model:
        from generation.engines.kandinsky6.model import load

        return load(folder, place, options)
