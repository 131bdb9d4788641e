"""The situation picture: official figures of an area beside comparable ones, and what people say about them."""
