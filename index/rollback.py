"""The way back: the generation before the live one answers again, by the same atomic rename as after a build."""

from corpus.errors import IndexFault, ProjectError
from index.build import Place, alone, generation_names
from index.generation import GENERATIONS, Generation, Manifest, current_name, file_hashes, open_generation, switch_to
from index.model import resolve_model

REMEDY = "Correct the material and run 'ketamine-qa index build'."


def roll_back(place: Place) -> Manifest:
    """Make the newest sound generation older than the live one live; give its manifest.

    Raises IndexFault where there is none, or while a build is at work; then nothing has changed.
    """
    live = current_name(place.index)
    if live is None:
        raise IndexFault(f"No index has been built in {place.index}.", "Run 'ketamine-qa index build'.")
    with alone(place.index):
        older = [name for name in generation_names(place.index) if name < live]
        if not older:
            raise IndexFault(f"There is no index before {live}.", REMEDY)
        generation = _sound(place, older[-1])
        switch_to(place.index, older[-1])
        return generation.manifest


def _sound(place: Place, name: str) -> Generation:
    """Open a generation and compare its files and its encoder with what it says of itself."""
    try:
        generation = open_generation(place.index / GENERATIONS / name)
    except (ProjectError, OSError) as error:
        raise IndexFault(f"The index {name} cannot be read ({error}).", REMEDY) from error
    if file_hashes(generation.folder) != generation.manifest.files:
        raise IndexFault(f"The index {name} is not what was written.", REMEDY)
    if generation.manifest.encoder != resolve_model(place.model).identity:
        raise IndexFault(f"The index {name} was built with another model, {generation.manifest.model}.", REMEDY)
    return generation
