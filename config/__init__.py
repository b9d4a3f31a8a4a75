"""Reading what people edit: settings, keyword lists, rota."""
