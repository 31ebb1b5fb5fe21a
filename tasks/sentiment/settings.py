"""What the models of the table are trained with."""

from dataclasses import dataclass, field

from tasks.sentiment.units import Units


@dataclass(frozen=True)
class Settings:
    """A model of the table, and how it is trained.

    Attributes:
        epochs: How often to go through the sentences.
        learning_rate: Of AdamW, in the first epoch; it falls to 0 along half a cosine if `falls`, and stays otherwise.
        weight_decay: Of AdamW.
        batch_size: How many sentences make a step.
        n_dimensions: Of the embeddings; 0 for none.
        n_hidden: The units of the hidden layer; 0 for none.
        units: What has embeddings.
        features: Whether the six features stand beside the mean of the embeddings.
        adapts_lexicon: Whether the features count no word that the sentences use the other way round: see `Lexicon.adapted`.
        log_count_ratios: What the first elements of the embeddings begin with, as a factor of the logarithms of the ratios of
            counts, and the weight that they begin with in the last layer. None begins with small random numbers throughout.
        unit_dropout: How probable it is that a unit is left out.
        dropout: How probable it is that an element of the mean is left out.
        average: The decay of the running mean of the parameters, which is what is judged; None to judge the last ones.
    """

    epochs: int
    learning_rate: float
    weight_decay: float = 0.01
    batch_size: int = 64
    falls: bool = False
    n_dimensions: int = 0
    n_hidden: int = 0
    units: Units = field(default_factory=Units)
    features: bool = False
    adapts_lexicon: bool = False
    log_count_ratios: tuple[float, float] | None = None
    unit_dropout: float = 0.0
    dropout: float = 0.0
    average: float | None = None

    def __post_init__(self) -> None:
        if not (self.n_dimensions or self.features):
            raise ValueError("a model needs embeddings, features, or both: n_dimensions=…, features=True")
        if self.adapts_lexicon and not self.features:
            raise ValueError("nothing but the features counts words of the lexicon: adapts_lexicon=True needs features=True")
        if self.log_count_ratios and (self.n_hidden or not self.n_dimensions):
            raise ValueError("log_count_ratios begin embeddings that go straight into the last layer: n_dimensions=…, n_hidden=0")

    def described(self) -> str:
        """Return the settings in words."""
        said = []
        if self.n_dimensions:
            said.append(f"embeddings of {self.n_dimensions}")
        if self.units.beginning:
            said.append(f"a vector also for the first {self.units.beginning} letters of each word")
        if self.units.pairs:
            often = f" that occur {self.units.pairs} times" if self.units.pairs > 1 else ""
            said.append(f"and for pairs of words{often}")
        if self.log_count_ratios:
            first, weight = self.log_count_ratios
            said.append(f"first element begun at {first} × log-count ratio, with weight {weight} (Wang & Manning 2012)")
        said.append(f"{self.n_hidden} tanh units" if self.n_hidden else "one linear layer")
        if self.unit_dropout:
            said.append(f"word dropout {self.unit_dropout}")
        if self.dropout:
            said.append(f"dropout {self.dropout}")
        falls = ", falling to 0" if self.falls else ""
        said.append(f"AdamW ({self.learning_rate}{falls}, decay {self.weight_decay})")
        said.append(f"batches of {self.batch_size}")
        if self.average:
            said.append(f"running mean of parameters {self.average}")
        return ", ".join([*said, f"{self.epochs} epochs"])
