"""What of all-MiniLM-L6-v2 is needed here; `local-embeddings` keeps its files in the same directory."""

from ktx_runtime.api import Prefetch, PrefetchedFile

MODEL_PATH_VARIABLE = "KTX_EMBEDDING_MODEL_PATH"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"

MINILM = Prefetch(
    name="all-MiniLM-L6-v2",
    repository="sentence-transformers/all-MiniLM-L6-v2",
    path_variable=MODEL_PATH_VARIABLE,
    files=(
        PrefetchedFile(
            path=TOKENIZER, bytes=466_247, sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
        ),
        PrefetchedFile(
            path=WEIGHTS, bytes=90_868_376, sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
        ),
    ),
)
