"""The first wording of the house rules and the first thresholds. Later wordings are rows, not code."""

from django.db import migrations

# code: (title, text, what a refused person may change)
RULES = {
    "sexual-minors": (
        "No sexual content with minors",
        "Nothing that sexualises a person who is, looks, or is said to be under 18, in any style, "
        "including drawn and invented characters.",
        "This cannot be made here, whatever the wording. If the scene is innocent, describe it "
        "without bodies, undress or romance.",
    ),
    "sexual": (
        "No nudity or sexual acts",
        "No nudity, sexual acts, fetish scenes or sexual services.",
        "Keep everybody dressed and the scene free of sexual acts.",
    ),
    "violence": (
        "No graphic violence",
        "No gore, torture, executions or lingering on injury. Adventure and slapstick are welcome.",
        "Show the danger or the aftermath without blood, wounds or cruelty.",
    ),
    "self-harm": (
        "No promotion of self-harm",
        "Nothing that shows, teaches or praises suicide, self-injury or eating disorders. If you "
        "are struggling, please talk to somebody you trust or to a local crisis line.",
        "Tell of hope or help instead, without showing the act or the method.",
    ),
    "hate": (
        "No hate",
        "No attacks on people for who they are, no dehumanising comparisons, no praise of hateful "
        "symbols or crimes.",
        "Leave out slurs and claims about a whole group of people.",
    ),
    "harassment": (
        "No harassment or threats",
        "Nothing made to threaten, shame, stalk or humiliate somebody.",
        "Leave out the real person, or the part that humiliates or threatens.",
    ),
    "extremism": (
        "No violent extremism",
        "No praise, recruitment or instructions for terrorist or violent extremist groups.",
        "Leave out the group, its symbols and its cause.",
    ),
    "dangerous": (
        "No instructions for harm",
        "Nothing that teaches how to make weapons or drugs, or dares people to dangerous acts.",
        "Leave out the method, the recipe or the dare.",
    ),
    "likeness": (
        "Real people only with their consent",
        "A real person appears only if they lent their likeness here. This holds for public "
        "figures, the recently deceased, voices, and descriptions that stand in for a name.",
        "Describe an invented person, or cast somebody who has lent you their likeness.",
    ),
    "works": (
        "Characters and works of others",
        "No characters, series or studio styles that belong to somebody who has not allowed it.",
        "Describe the look in your own words, with a character that you invent.",
    ),
    "fraud": (
        "No scams or impersonation",
        "Nothing that imitates institutions, brands or people to obtain money, data or trust.",
        "Leave out the institution, the request for money and the look of an official message.",
    ),
    "elections": (
        "No false news or election deception",
        "No invented news broadcasts about real events, and nothing that misleads about voting.",
        "Make the event clearly fictional: an invented country, an invented channel, no real date.",
    ),
    "marks": (
        "Labels and marks stay on",
        "Nothing that asks to remove, hide or imitate the labels that say a clip is generated.",
        "Leave out the request about watermarks and labels.",
    ),
    "privacy": (
        "No private data",
        "No addresses, numbers or documents that identify a private person.",
        "Leave out addresses, telephone numbers and documents.",
    ),
    "seizure": (
        "No flashing that can harm",
        "No more than three flashes in a second over a large part of the picture.",
        "Ask for a slow fade instead of strobe or flicker.",
    ),
    "broken": (
        "Broken output",
        "The clip came out blank, frozen or with damaged sound.",
        "Nothing is wrong with your words. Try again: another seed usually helps.",
    ),
    "removed": (
        "A copy of removed material",
        "The pictures match something that was taken down.",
        "Make something new instead of a copy.",
    ),
    "likeness-capture": (
        "Likeness captures",
        "A capture shows one living person, alone, who follows the challenge and consents; a "
        "character shows no real person.",
        "Record again in good light, alone, saying the digits and turning your head as asked.",
    ),
    "unchecked": (
        "Could not be checked",
        "A check did not run, so a person has to look before anybody else does.",
        "Nothing is wrong with your words. A moderator will look at it.",
    ),
}

THRESHOLDS = {
    "default": {"hold": 0.5, "refuse": 0.9},
    # A machine never refuses what only a person can see: these go to the console.
    "seizure": {"hold": 0.5},
    "broken": {"hold": 0.5},
    "broken.quiet": {},
    "removed": {"hold": 0.5, "refuse": 0.95},
    "unchecked": {"hold": 0.0},
    "likeness-capture": {"hold": 0.0},
}


def write_rules(apps, schema_editor):
    rule = apps.get_model("moderation", "Rule")
    version = apps.get_model("moderation", "RuleVersion")
    for code, (title, text, advice) in RULES.items():
        row = rule.objects.create(code=code)
        version.objects.create(rule=row, number=1, title=title, text=text, advice=advice)
    apps.get_model("moderation", "ThresholdSet").objects.create(
        values=THRESHOLDS, author=None, note="First set, from the bench of the shipped rule packs."
    )


def forget_rules(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in ("ruleversion", "rule", "thresholdset"):
            cursor.execute(f"TRUNCATE moderation_{table} CASCADE")


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_append_only")]

    operations = [migrations.RunPython(write_rules, forget_rules)]
