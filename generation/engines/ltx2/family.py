"""What is particular about LTX-2: its grid, its words, its licence. No torch."""

from __future__ import annotations

from pathlib import Path

from generation.engines.diffusion.family import Grid, Licence, Model
from generation.engines.diffusion.options import Options
from generation.engines.diffusion.places import Place
from generation.engines.diffusion.wording import joined, scene_of, sounds_of, who_says
from generation.spec import LINES_DEFAULT, RenderSpec

# One latent covers 32 pixels a side and 8 frames. A final clip is sampled at half its size first,
# and both sizes must be on the grid.
SIDE, STEP = 32, 8
STAGES = 2
DRAFT_LINES = LINES_DEFAULT // STAGES
# Three latents of context: enough to see how things move, a sixth of a second of work.
CONTEXT_FRAMES = 1 + 2 * STEP

LICENCE = Licence(
    name="LTX-2.x Community License (LTX-2 Community License for 2.0 and 2.3)",
    notice=(
        "Free below 10 million USD of yearly revenue, above it a paid licence. You must disclose "
        "that clips are generated, pass the use restrictions on to your users, and not compete "
        "with the licensor's commercial products. Have a lawyer read it."
    ),
    url="https://github.com/Lightricks/LTX-2/blob/main/LICENSE",
)


class Ltx2Family:
    """LTX-2.0, 2.3 and 2.5 through diffusers."""

    title = "LTX-2"
    setting = "LTX2_MODEL"
    example = "Lightricks/LTX-2"
    licence = LICENCE
    # An estimate, not measured: sampling 5 s of 720 lines, and decoding them in tiles.
    working_bytes = 14 * 2**30
    unused = frozenset({"prompt_enhancer", "processor", "duration_head"})

    def grid(self, *, is_draft: bool) -> Grid:
        """Drafts are what the first stage of a clip of 720 lines makes: half its size, same noise,
        and enlarged where more lines are wanted.
        """
        if is_draft:
            return Grid(side=SIDE, step=STEP, context=CONTEXT_FRAMES, lines_max=DRAFT_LINES)
        return Grid(side=SIDE * STAGES, step=STEP, context=CONTEXT_FRAMES)

    def accepts(self, pipeline_class: str) -> bool:
        return pipeline_class.startswith("LTX2") and "Upsample" not in pipeline_class

    def text_of(self, spec: RenderSpec) -> str:
        """One paragraph in order of time; speech stands in quotes after who says it."""
        said = [f'{who_says(line)} says: "{line.text}"' for line in spec.sound.lines]
        return joined(scene_of(spec), *said, sounds_of(spec))

    def load(self, folder: Path, place: Place, options: Options) -> Model:
        from generation.engines.ltx2.model import load

        return load(folder, place, options)
