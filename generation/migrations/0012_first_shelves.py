from django.db import migrations

# code, title, words
STYLES = [
    ("news", "News report", "as a television news report, steady camera, plain daylight"),
    ("selfie", "Selfie", "as a selfie video at arm's length, close, casual"),
    ("handheld", "Handheld", "handheld camera, close to the action, natural light"),
    ("anime", "Anime", "anime, clean lines, bright flat colours"),
    ("retro", "Retro", "vintage film of the seventies, warm faded colours, grain"),
    ("comic", "Comic", "comic book, bold outlines, halftone dots"),
    ("kpop", "K-pop", "as a pop music video, neon stage, quick lights, dancing"),
    ("sitcom", "Sitcom", "as a sitcom scene, bright living room, wide shot"),
    ("noir", "Noir", "film noir, black and white, hard shadows"),
    ("clay", "Clay", "clay animation, plasticine, stop motion"),
    ("paper", "Paper cut", "paper cut-outs, layered card, stop motion"),
    ("felt", "Felt", "felt puppets, soft wool, stop motion"),
    ("watercolour", "Watercolour", "watercolour painting, soft edges, paper texture"),
    ("pixel", "Pixel art", "pixel art, few colours"),
    ("sketch", "Sketch", "pencil sketch on paper"),
    ("neon", "Neon", "neon lights, night, glowing colours"),
]

WHO = {"name": "who", "title": "Who or what", "example": "a small fox"}
WHERE = {"name": "where", "title": "Where", "example": "a snowy forest"}
SAYS = {"name": "says", "title": "What they say", "example": "good evening"}
THING = {"name": "thing", "title": "A thing", "example": "a red balloon"}
# code, title, text, slots, seconds, shape, style
TEMPLATES = [
    ("dance", "Dance anywhere", "{who} dances in {where}, music", [WHO, WHERE], 6, "portrait", "kpop"),
    ("headline", "Breaking news", '{who} reports from {where} and says "{says}"', [WHO, WHERE, SAYS], 6, "landscape", "news"),
    ("tiny", "Tiny world", "a tiny {who} walks through {where}, seen from above", [WHO, WHERE], 5, "portrait", "clay"),
    ("found", "Found something", "{who} finds {thing} in {where} and looks surprised", [WHO, THING, WHERE], 5, "portrait", None),
    ("goodnight", "Good night", '{who} in {where} at night says "{says}", calm music', [WHO, WHERE, SAYS], 5, "portrait", "watercolour"),
    ("chase", "The chase", "{who} runs after {thing} through {where}, fast", [WHO, THING, WHERE], 6, "landscape", "comic"),
    ("window", "At the window", "{who} looks out of a window at {where}, rain, quiet", [WHO, WHERE], 5, "portrait", "retro"),
    ("encore", "Encore", '{who} on a stage sings "{says}", neon', [WHO, SAYS], 8, "portrait", "neon"),
]

IDEAS = """
a red ball bounces on a wet street at night, rain
two white rabbits hop through a snowy forest at dawn
a robot dances on a stage, neon, "I was born to move"
a blue whale swims under the moon, calm music
a small fox runs through an autumn forest, falling leaves
a yellow taxi drives through the city at sunset, watercolour
a cat sleeps on a window sill while it rains outside
three ducks cross a quiet road, paper cut-outs
an old robot waters a sunflower in a garden, morning light
a lighthouse in a storm, waves, thunder far away
a penguin slides down a snowy hill and says "again!"
a paper boat drifts down a stream in spring, birds
a train crosses a stone bridge in the mountains, wide shot
a dragon made of felt flies over a small town at night
a dog waits at a bus stop in the rain, film noir
an owl reads a book by candlelight, calm music
a hot-air balloon rises over fields at sunrise
a snail crosses a kitchen table as if it were a desert
two robots play chess in a park, autumn
a turtle swims through a sunken city, slow
a street musician plays for pigeons in the morning
a comet passes over a sleeping village, sketch
a fox and a crow share an umbrella, watercolour
a teapot boils and the whole kitchen begins to dance, clay
a bear paints a fence blue and says "much better"
a kite breaks free over the sea, wind
a frog sings on a lily pad under the moon, neon
a bicycle rides itself home through an empty city at night
a horse runs along a beach at sunset, camera follows
an astronaut plants a flower on the moon, quiet
""".strip().splitlines()


def fill(apps, schema_editor):
    Style = apps.get_model("generation", "Style")
    PromptTemplate = apps.get_model("generation", "PromptTemplate")
    Inspiration = apps.get_model("generation", "Inspiration")
    Style.objects.bulk_create(
        [
            Style(code=code, title=title, words=words, position=place)
            for place, (code, title, words) in enumerate(STYLES)
        ],
        ignore_conflicts=True,
    )
    PromptTemplate.objects.bulk_create(
        [
            PromptTemplate(
                code=code, title=title, text=text, slots=slots, seconds=seconds, shape=shape,
                style_id=style, position=place,
            )
            for place, (code, title, text, slots, seconds, shape, style) in enumerate(TEMPLATES)
        ],
        ignore_conflicts=True,
    )
    Inspiration.objects.bulk_create(
        [
            Inspiration(code=f"idea-{place:02}", prompt=prompt, position=place)
            for place, prompt in enumerate(IDEAS, start=1)
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("generation", "0011_library")]

    # Backwards the tables go in the migration before; rows that people changed are theirs.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
