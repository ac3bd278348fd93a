"""Checking an uploaded QR picture before it is kept and shown to everybody."""

import hashlib
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from PIL import Image

MOST_BYTES = 500_000
MOST_PIXELS_A_SIDE = 1_500
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def png_from(upload: IO[bytes]) -> bytes:
    """Decode an uploaded picture and write it anew as PNG, or raise ValidationError.

    What is kept is what was drawn here: nothing else that the file carried (a script behind the
    picture, the place where a photograph was taken) reaches a visitor.
    """
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValidationError(f"图片太大，请压缩到 {MOST_BYTES // 1000} KB 以内。")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            # Known from the first bytes of the file: a picture that would unpack to gigabytes is
            # turned away before it is unpacked.
            if max(picture.size) > MOST_PIXELS_A_SIDE:
                raise ValidationError(
                    f"图片的长和宽都不能超过 {MOST_PIXELS_A_SIDE} 像素，请裁剪后再上传。"
                )
            drawn = picture.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise ValidationError("图片尺寸太大，请裁剪后再上传。") from error
    # Pillow's decoders raise all of these for broken files.
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ValidationError("这不是图片，或者文件已损坏。请上传 PNG 或 JPG 图片。") from error
    # A transparent ground would be dark in dark mode, where no phone can read the code.
    page = Image.new("RGBA", drawn.size, "white")
    page.alpha_composite(drawn)
    result = BytesIO()
    page.convert("RGB").save(result, "PNG", optimize=True)
    if result.tell() > MOST_BYTES:
        raise ValidationError("图片太复杂，请只截取二维码再上传。")
    return result.getvalue()


def fingerprint(content: bytes) -> str:
    """Name the content, so that another picture has another address."""
    return hashlib.sha256(content).hexdigest()[:32]
