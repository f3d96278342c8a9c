"""Plans, outcomes, states and errors as text, Markdown and JSON. Pure: values in, strings out."""
