"""Tiny checkpoints of the very classes that real ones hold, with random weights, made offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLHunyuanVideo,
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    FlowMatchEulerDiscreteScheduler,
    Kandinsky6TI2VAPipeline,
    Kandinsky6Transformer3DModel,
    LTX2ConditionPipeline,
    LTX2VideoTransformer3DModel,
    MMAudioVAE,
    MMAudioVocoder,
)
from diffusers.pipelines.ltx2 import LTX2TextConnectors, LTX2Vocoder
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    Gemma3Config,
    Gemma3ForConditionalGeneration,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
)

# Ten characters of the alphabet more than the tokenizer knows, for image markers.
VOCABULARY = 328
SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]


def tokenizer(*, tokens_max: int, padding_side: str = "right") -> PreTrainedTokenizerFast:
    """A byte-level tokenizer that has read one sentence."""
    bpe = Tokenizer(models.BPE(unk_token="<unk>"))
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(["a red ball bounces on the grass"], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        bos_token="<bos>",
        eos_token="<eos>",
        pad_token="<pad>",
        padding_side=padding_side,
        model_max_length=tokens_max,
    )


def save_ltx2(folder: Path, *, seed: int = 0, has_upsampler: bool = True) -> Path:
    """Write an LTX-2 of half a million weights, with its upsampler beside it."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        LTX2ConditionPipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(
                use_dynamic_shifting=True, base_shift=0.95, max_shift=2.05, shift_terminal=0.1
            ),
            tokenizer=tokenizer(tokens_max=64, padding_side="left"),
            **_ltx2_networks(),
        ).save_pretrained(folder)
        if has_upsampler:
            LTX2LatentUpsamplerModel(
                in_channels=4,
                mid_channels=32,
                num_blocks_per_stage=1,
                use_rational_resampler=False,
            ).save_pretrained(folder / "latent_upsampler")
    return folder


def _ltx2_networks() -> dict[str, Any]:
    return {
        "text_encoder": _gemma(),
        "connectors": _connectors(),
        "transformer": _ltx2_transformer(),
        "vae": _ltx2_vae(),
        # base_channels must be latent_channels * mel_bins / 4, or normalising fails after all
        # steps are done.
        "audio_vae": AutoencoderKLLTX2Audio(
            base_channels=4, latent_channels=2, mel_bins=8, ch_mult=(1, 1, 1), num_res_blocks=1
        ),
        "vocoder": LTX2Vocoder(
            in_channels=16,
            hidden_channels=64,
            upsample_factors=[10, 4, 2, 2],
            upsample_kernel_sizes=[11, 4, 4, 4],
            resnet_kernel_sizes=[3],
            resnet_dilations=[[1, 3, 5]],
            output_sampling_rate=16_000,
        ),
    }


def _gemma() -> Gemma3ForConditionalGeneration:
    text = {
        "vocab_size": VOCABULARY,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "sliding_window": 64,
        "max_position_embeddings": 256,
        "bos_token_id": 2,
        "eos_token_id": 1,
        "pad_token_id": 0,
    }
    vision = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 28,
        "patch_size": 14,
    }
    return Gemma3ForConditionalGeneration(
        Gemma3Config(
            text_config=text,
            vision_config=vision,
            mm_tokens_per_image=4,
            image_token_index=327,
            boi_token_index=326,
            eoi_token_index=325,
        )
    )


def _connectors() -> LTX2TextConnectors:
    shared = {"num_attention_heads": 2, "attention_head_dim": 16, "num_layers": 1}
    both = {
        f"{kind}_connector_{name}": value
        for kind in ("video", "audio")
        for name, value in (shared | {"num_learnable_registers": None}).items()
    }
    return LTX2TextConnectors(
        caption_channels=32,
        text_proj_in_factor=3,  # the layers of the text encoder, and its input
        connector_rope_base_seq_len=32,
        rope_double_precision=False,
        rope_type="split",
        **both,
    )


def _ltx2_transformer() -> LTX2VideoTransformer3DModel:
    return LTX2VideoTransformer3DModel(
        in_channels=4,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=16,
        cross_attention_dim=32,
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=8,
        audio_cross_attention_dim=16,
        num_layers=2,
        caption_channels=32,
        rope_double_precision=False,
        rope_type="split",
    )


def _ltx2_vae() -> AutoencoderKLLTX2Video:
    return AutoencoderKLLTX2Video(
        latent_channels=4,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1,) * 5,
        decoder_layers_per_block=(1,) * 4,
        decoder_causal=False,
        # With four stages it would take itself for 64 and 16.
        spatial_compression_ratio=32,
        temporal_compression_ratio=8,
    )


def save_kandinsky6(folder: Path, *, seed: int = 0) -> Path:
    """Write a Kandinsky 6 of half a million weights."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        Kandinsky6TI2VAPipeline(
            tokenizer=tokenizer(tokens_max=2048),
            tokenizer_2=tokenizer(tokens_max=77),
            scheduler=FlowMatchEulerDiscreteScheduler(shift=5.0),
            **_kandinsky6_networks(),
        ).save_pretrained(folder)
    return folder


def _kandinsky6_networks() -> dict[str, Any]:
    return {
        "text_encoder": _qwen(),
        "text_encoder_2": CLIPTextModel(
            CLIPTextConfig(
                vocab_size=VOCABULARY,
                hidden_size=16,
                intermediate_size=32,
                num_hidden_layers=1,
                num_attention_heads=2,
                pad_token_id=0,
                bos_token_id=2,
                eos_token_id=1,
            )
        ),
        "transformer": Kandinsky6Transformer3DModel(
            in_visual_dim=4,
            out_visual_dim=4,
            in_text_dim=16,
            in_text_dim2=16,
            time_dim=16,
            model_dim=16,
            ff_dim=32,
            num_text_blocks=1,
            num_visual_blocks=2,
            axes_dims=(4, 6, 6),
            in_audio_dim=4,
            out_audio_dim=4,
            visual_token_type_num_embeddings=2,
            text_token_padding=True,
        ),
        "vae": AutoencoderKLHunyuanVideo(
            latent_channels=4,
            block_out_channels=(4, 4, 4, 4),
            layers_per_block=1,
            norm_num_groups=2,
        ),
        "audio_vae": MMAudioVAE(
            mel_bins=16,
            latent_channels=4,
            hidden_channels=8,
            sample_rate=16_000,
            n_fft=512,
            hop_length=256,
        ),
        "vocoder": MMAudioVocoder(
            num_mels=16,
            upsample_initial_channel=32,
            upsample_rates=(8, 4, 2, 2, 2),
            upsample_kernel_sizes=(16, 8, 4, 4, 4),
            resblock_kernel_sizes=(3,),
            resblock_dilation_sizes=((1, 3, 5),),
        ),
    }


def _qwen() -> Qwen2_5_VLForConditionalGeneration:
    text = {
        "vocab_size": VOCABULARY,
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "rope_scaling": {"type": "mrope", "mrope_section": [1, 1, 2]},
        "max_position_embeddings": 4096,
        "bos_token_id": 2,
        "eos_token_id": 1,
    }
    vision = {
        "depth": 1,
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_heads": 2,
        "out_hidden_size": 16,
        "fullatt_block_indexes": [0],
    }
    return Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(text_config=text, vision_config=vision)
    )


def save_lora(checkpoint: Path, folder: Path) -> None:
    """Save a LoRA with weights of one kind, ink.safetensors, for a checkpoint of LTX-2."""
    from diffusers import LTX2Pipeline
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    pipeline = LTX2Pipeline.from_pretrained(checkpoint, local_files_only=True)
    pipeline.transformer.add_adapter(LoraConfig(r=2, target_modules=["to_q", "to_v"]))
    for name, weight in pipeline.transformer.named_parameters():
        if "lora_B" in name:
            torch.nn.init.constant_(weight, 0.2)
    LTX2Pipeline.save_lora_weights(
        folder,
        transformer_lora_layers=get_peft_model_state_dict(pipeline.transformer),
        weight_name="ink.safetensors",
    )
