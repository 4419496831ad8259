/** What the shop's pages show, kept to the parts somebody looks for with grep. */

export interface Product {
  id: string
  name: string
  price: string
}

const PRODUCTS: readonly Product[] = [
  { id: 'OLJCESPC7Z', name: 'Sunglasses', price: '$19.99' },
  { id: '66VCHSJNUP', name: 'Tank Top', price: '$18.99' },
  { id: '1YMWWN1N4O', name: 'Watch', price: '$109.99' },
  { id: 'L9ECAV7KIM', name: 'Loafers', price: '$89.99' },
  { id: '2ZYFJ3GM2N', name: 'Hairdryer', price: '$24.99' },
  { id: '0PUK6V6EV0', name: 'Candle Holder', price: '$18.99' },
  { id: 'LS4PSXUNUM', name: 'Salt & Pepper Shakers', price: '$18.49' },
  { id: '9SIQT8TOJO', name: 'Bamboo Glass Jar', price: '$5.49' },
  { id: '6E92ZMYYFZ', name: 'Mug', price: '$8.99' },
]

export function productById(id: string): Product | undefined {
  return PRODUCTS.find((product) => product.id === id)
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function layout(content: string): string {
  return `<!DOCTYPE html>\n<html lang="en">\n<head>\n    <meta charset="UTF-8">\n    <title>\n        Online Boutique\n    </title>\n</head>\n<body>\n${content}\n</body>\n</html>\n`
}

export function renderHome(cartSize: number): string {
  const products = PRODUCTS.map(
    ({ id, name, price }) => `    <a href="/product/${id}">${escapeHtml(name)}</a> <span>${price}</span>`,
  )
  return layout(
    `<a href="/cart" class="cart-link">Cart (${cartSize})</a>\n<main>\n    <h3>Hot Products</h3>\n${products.join('\n')}\n</main>`,
  )
}

export function renderProduct({ id, name, price }: Product, cartSize: number): string {
  return layout(
    `<a href="/cart" class="cart-link">Cart (${cartSize})</a>\n<main>\n    <h2>${escapeHtml(name)}</h2>\n    <p class="product-price">${price}</p>\n    <form method="POST" action="/cart"><input type="hidden" name="product_id" value="${id}"><button>Add To Cart</button></form>\n</main>`,
  )
}

export function renderCart(lines: readonly { id: string; quantity: number }[]): string {
  if (lines.length === 0)
    return layout(
      '<main>\n    <h3>Your shopping cart is empty!</h3>\n    <p>Items you add to your shopping cart will appear here.</p>\n</main>',
    )
  const rows = lines.map(
    ({ id, quantity }) => `    <h4>${escapeHtml(productById(id)?.name ?? id)}</h4> SKU #${id} Quantity: ${quantity}`,
  )
  return layout(
    `<main>\n    <h3>Cart (${lines.reduce((sum, line) => sum + line.quantity, 0)})</h3>\n${rows.join('\n')}\n    <button type="submit">Place Order</button>\n</main>`,
  )
}

export function renderOrder(): string {
  return layout(
    "<main>\n    <h3>Your order is complete!</h3>\n    <p>We've sent you a confirmation email.</p>\n</main>",
  )
}

export function renderError(message: string, cause: string): string {
  return layout(
    `<main>\n    <h1>Uh, oh!</h1>\n    <p>Something has failed. Below are some details for debugging.</p>\n    <p><strong>HTTP Status:</strong> 500 Internal Server Error</p>\n    <pre class="border border-danger p-3">${escapeHtml(cause)}\n${escapeHtml(message)}</pre>\n</main>`,
  )
}
